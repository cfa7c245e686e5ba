package main

// `kiosk ledger`: what an auditor may ask of a ledger, on a kiosk that serves,
// on one that is stopped, and of an exported file.
//
//	kiosk ledger verify SOURCE [-authority CERT.pem -kiosk NAME]
//	kiosk ledger show   SOURCE [-key records.key.pem]
//	kiosk ledger stats  SOURCE [-key records.key.pem]
//	kiosk ledger export -data DIR -out FILE
//
// SOURCE is -data DIR, the configuration's kiosk.data or the folder of one
// ledger that was set aside, or -file EXPORT. Nothing is changed and no lock
// is taken. An error is the exit status 1: the live ledger, or the first of an
// export, does not verify, or a receipt does not. What each says is in
// offline/README.md, "For auditors".

import (
	"context"
	"crypto/ecdh"
	"crypto/sha256"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"unicode"

	"multicopy.example/kiosk/authority/wire"
	"multicopy.example/kiosk/config"
	"multicopy.example/kiosk/port"
	"multicopy.example/offline"
	"multicopy.example/offline/export"
	"multicopy.example/offline/record"
)

// ledger does one sub-command.
func ledger(ctx context.Context, out io.Writer, args []string) error {
	if len(args) == 0 || !slices.Contains([]string{"verify", "show", "stats", "export"}, args[0]) {
		return errors.New("ledger: verify, show, stats or export")
	}
	o, err := parse(args[0], args[1:])
	if err != nil {
		return fmt.Errorf("ledger %s: %w", args[0], err)
	}
	if err := o.run(ctx, out, args[0]); err != nil {
		return printable{err}
	}
	return nil
}

// printable is an error that may repeat what stands in a foreign file: a table's
// name, a finding in an export. It is printed on a terminal.
type printable struct{ error }

func (p printable) Error() string {
	return strings.Map(func(r rune) rune {
		if r == '\n' || unicode.IsPrint(r) {
			return r
		}
		return '?'
	}, p.error.Error())
}

func (p printable) Unwrap() error { return p.error }

type options struct {
	data, file     string
	out            string
	authority, who string
	key            string
}

func parse(command string, args []string) (o options, err error) {
	set := flag.NewFlagSet("ledger "+command, flag.ContinueOnError)
	set.StringVar(&o.data, "data", "", "the ledger's `folder` (kiosk.data of the configuration)")
	switch command {
	case "export":
		set.StringVar(&o.out, "out", "", "the `file` to make")
	case "verify":
		set.StringVar(&o.authority, "authority", "", "`certificates` of the authority (PEM), to check its receipts with")
		set.StringVar(&o.who, "kiosk", "", "the kiosk's `name`, as its certificate says it: receipts are for one kiosk")
	default:
		set.StringVar(&o.key, "key", "", "the authority's or the auditor's private records key (PEM, PKCS#8, X25519)")
	}
	if command != "export" {
		set.StringVar(&o.file, "file", "", "an exported `file`")
	}
	if err := set.Parse(args); err != nil {
		return o, err
	}
	switch {
	case set.NArg() > 0:
		return o, fmt.Errorf("what is %q? a folder is named by -data", set.Arg(0))
	case command == "export" && (o.data == "" || o.out == ""):
		return o, errors.New("which folder, into which file? -data DIR -out FILE")
	case (o.data == "") == (o.file == ""):
		return o, errors.New("which ledger? -data DIR or -file EXPORT")
	case (o.authority == "") != (o.who == ""):
		return o, errors.New("a receipt is checked with -authority CERT.pem and -kiosk NAME")
	}
	return o, nil
}

// books are the ledgers that the options name, the live one first.
func (o options) books(ctx context.Context) (books []offline.Book, err error) {
	if o.data != "" {
		return offline.Look(ctx, o.data)
	}
	f, err := os.Open(o.file)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	if books, err = export.Read(f); err == nil && len(books) == 0 {
		err = errors.New("the export holds no ledger")
	}
	return books, err
}

// opener reads sealed bodies where a key was given; nil where none was.
func (o options) opener() (*record.Opener, error) {
	if o.key == "" {
		return nil, nil
	}
	text, err := config.PEM(o.key)
	if err != nil {
		return nil, err
	}
	block, _ := pem.Decode(text)
	if block == nil {
		return nil, fmt.Errorf("%s: no PEM", o.key)
	}
	key, err := x509.ParsePKCS8PrivateKey(block.Bytes)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", o.key, err)
	}
	private, ok := key.(*ecdh.PrivateKey)
	if !ok {
		return nil, fmt.Errorf("%s: not an X25519 key", o.key)
	}
	return record.NewOpener(private)
}

// run reads the ledgers and answers one question about them.
func (o options) run(ctx context.Context, out io.Writer, command string) error {
	key, err := o.opener()
	if err != nil {
		return err
	}
	check, err := o.receipts()
	if err != nil {
		return err
	}
	books, err := o.books(ctx)
	if err != nil {
		return err
	}
	switch command {
	case "verify":
		return export.Verify(out, books, check)
	case "show":
		export.Show(out, books, key)
		return nil
	case "stats":
		return export.Stats(out, books, key, o.data)
	}
	return o.export(out, books)
}

// receipts checks a receipt's signature with the certificate whose key signed
// it: an authority renews its certificate while receipts stay.
func (o options) receipts() (func(port.Receipt) error, error) {
	if o.authority == "" {
		return nil, nil
	}
	text, err := config.PEM(o.authority)
	if err != nil {
		return nil, err
	}
	keys := map[[32]byte]*x509.Certificate{}
	for block, rest := pem.Decode(text); block != nil; block, rest = pem.Decode(rest) {
		c, err := x509.ParseCertificate(block.Bytes)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", o.authority, err)
		}
		keys[sha256.Sum256(c.RawSubjectPublicKeyInfo)] = c
	}
	if len(keys) == 0 {
		return nil, fmt.Errorf("%s holds no certificate", o.authority)
	}
	return func(r port.Receipt) error {
		c, ok := keys[r.Key]
		if !ok {
			return errors.New("signed by a key that none of the certificates has")
		}
		receipt := wire.Receipt{Epoch: r.Epoch, Seq: r.Seq, Head: r.Head, Signature: r.Signature}
		return wire.CheckReceipt(receipt, o.who, c)
	}, nil
}

func (o options) export(out io.Writer, books []offline.Book) error {
	f, err := os.OpenFile(o.out, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	err = errors.Join(export.Write(f, books), f.Sync(), f.Close())
	if err != nil {
		return errors.Join(err, os.Remove(o.out))
	}
	for _, b := range books {
		fmt.Fprintf(out, "%-10s  %d records, %d carried over, %d refused, %d receipts\n", b.Name, len(b.Records), len(b.Carried), len(b.Refused), len(b.Receipts))
	}
	return nil
}
