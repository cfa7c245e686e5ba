package main

import (
	"context"
	"crypto/ecdh"
	"crypto/sha256"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"time"
	"unicode"

	"github.com/spf13/cobra"

	"multicopy.example/cmd/internal/cli"
	"multicopy.example/kiosk/authority/wire"
	"multicopy.example/kiosk/config"
	"multicopy.example/kiosk/port"
	"multicopy.example/offline"
	"multicopy.example/offline/export"
	"multicopy.example/offline/record"
)

// ledgerCommand is what an auditor may ask of a ledger: on a kiosk that serves, on one
// that is stopped, and of an exported file. Nothing is changed and no lock is
// taken. What each command says is in offline/README.md, "For auditors".
func ledgerCommand() *cobra.Command {
	c := &cobra.Command{Use: "ledger", Short: "Answer an auditor's questions about a ledger",
		Long: "Answer an auditor's questions about a ledger, on a kiosk that serves, on one that is stopped, or about an exported file.\n" +
			"Nothing is changed and no lock is taken."}
	c.AddCommand(verifyCommand(), showCommand(), statsCommand(), exportCommand())
	return c
}

// source is which ledgers are meant.
type source struct{ data, file string }

func (s *source) flags(c *cobra.Command) {
	s.folder(c)
	c.Flags().StringVar(&s.file, "file", "", "an exported `file`")
	c.MarkFlagsOneRequired("data", "file")
	c.MarkFlagsMutuallyExclusive("data", "file")
}

func (s *source) folder(c *cobra.Command) {
	c.Flags().StringVar(&s.data, "data", "", "the ledger's `folder`: kiosk.data of the configuration, or one ledger that was set aside")
}

func verifyCommand() *cobra.Command {
	var from source
	var by, kiosk string
	c := &cobra.Command{Use: "verify", Short: "Check every page, record, hash, the head and the receipts", Args: cobra.NoArgs,
		Long: "Check every page, record, hash, the head and the receipts. The exit status is 1 where the live ledger, or the first of an\n" +
			"export, does not verify, or a receipt does not.",
		Example: "  kiosk ledger verify --data /var/lib/kiosk\n" +
			"  kiosk ledger verify --file export --authority authority.crt.pem --kiosk shop-1 --json"}
	asJSON := cli.JSON(c)
	c.RunE = questions(func(c *cobra.Command) error {
		check, err := receipts(by, kiosk)
		if err != nil {
			return err
		}
		books, err := from.books(c.Context())
		if err != nil {
			return err
		}
		verdicts, bad := export.Verify(books, check)
		if *asJSON {
			return errors.Join(cli.PrintJSON(c.OutOrStdout(), verdicts), bad)
		}
		for _, v := range verdicts {
			v.Print(c.OutOrStdout())
		}
		return bad
	})
	from.flags(c)
	c.Flags().StringVar(&by, "authority", "", "`file` with certificates of the authority (PEM), to check its receipts with")
	c.Flags().StringVar(&kiosk, "kiosk", "", "the kiosk's `name`, as its certificate says it: receipts are for one kiosk")
	c.MarkFlagsRequiredTogether("authority", "kiosk")
	return c
}

const recordsKeyUsage = "`file` with the private key that records are sealed to (PEM, PKCS#8, X25519); without it their headers are read"

func showCommand() *cobra.Command {
	var from source
	var key string
	c := &cobra.Command{Use: "show", Short: "List the records, one a line", Args: cobra.NoArgs,
		Example: "  kiosk ledger show --data /var/lib/kiosk\n" +
			"  kiosk ledger show --file export --records-key records.key.pem --json"}
	asJSON := cli.JSON(c)
	c.RunE = questions(func(c *cobra.Command) error {
		open, err := opener(key)
		if err != nil {
			return err
		}
		books, err := from.books(c.Context())
		if err != nil {
			return err
		}
		if !*asJSON {
			export.Show(c.OutOrStdout(), books, open)
			return nil
		}
		rows := []export.Row{}
		for _, b := range books {
			rows = append(rows, export.Rows(b, open)...)
		}
		return cli.PrintJSON(c.OutOrStdout(), rows)
	})
	from.flags(c)
	c.Flags().StringVar(&key, "records-key", "", recordsKeyUsage)
	return c
}

func statsCommand() *cobra.Command {
	var from source
	var key string
	c := &cobra.Command{Use: "stats", Short: "Say how the kiosk's ledger stands: records, queue, receipts, room", Args: cobra.NoArgs,
		Example: "  kiosk ledger stats --data /var/lib/kiosk --json"}
	asJSON := cli.JSON(c)
	c.RunE = questions(func(c *cobra.Command) error {
		open, err := opener(key)
		if err != nil {
			return err
		}
		books, err := from.books(c.Context())
		if err != nil {
			return err
		}
		standing, err := export.Stats(books, open, from.data)
		if err != nil {
			return err
		}
		if *asJSON {
			return cli.PrintJSON(c.OutOrStdout(), standing)
		}
		standing.Print(c.OutOrStdout())
		return nil
	})
	from.flags(c)
	c.Flags().StringVar(&key, "records-key", "", recordsKeyUsage)
	return c
}

func exportCommand() *cobra.Command {
	var from source
	var to string
	c := &cobra.Command{Use: "export", Short: "Write all ledgers of a folder into one new file", Args: cobra.NoArgs,
		Example: "  kiosk ledger export --data /var/lib/kiosk --out export",
		RunE: questions(func(c *cobra.Command) error {
			books, err := from.books(c.Context())
			if err != nil {
				return err
			}
			return writeExport(c.OutOrStdout(), to, books)
		})}
	from.folder(c)
	c.Flags().StringVar(&to, "out", "", "the `file` to make; one that is there is not written over")
	for _, name := range []string{"data", "out"} {
		if err := c.MarkFlagRequired(name); err != nil {
			panic(err) // there is no such flag
		}
	}
	return c
}

// questions makes a command's function of one whose errors may repeat foreign
// words.
func questions(run func(*cobra.Command) error) func(*cobra.Command, []string) error {
	return func(c *cobra.Command, _ []string) error {
		if err := run(c); err != nil {
			return printable{err}
		}
		return nil
	}
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

// readLimit bounds every command: the files may have been written to keep an
// auditor waiting. A ledger at a kiosk's bounds is read in seconds.
const readLimit = 10 * time.Minute

// books are the ledgers that the source names, the live one first.
func (s source) books(ctx context.Context) (books []offline.Book, err error) {
	ctx, cancel := context.WithTimeoutCause(ctx, readLimit, fmt.Errorf("the ledgers were not read within %v", readLimit))
	defer cancel()
	if s.data != "" {
		if books, err = offline.Look(ctx, s.data); err != nil {
			err = errors.Join(err, context.Cause(ctx))
		}
		return books, err
	}
	f, err := os.Open(s.file)
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
func opener(name string) (*record.Opener, error) {
	if name == "" {
		return nil, nil
	}
	text, err := config.PrivatePEM(name)
	if err != nil {
		return nil, err
	}
	var all []*ecdh.PrivateKey // a rotated key's file has those before it too
	for block, rest := pem.Decode(text); block != nil; block, rest = pem.Decode(rest) {
		key, err := x509.ParsePKCS8PrivateKey(block.Bytes)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		private, ok := key.(*ecdh.PrivateKey)
		if !ok {
			return nil, fmt.Errorf("%s: not an X25519 key", name)
		}
		all = append(all, private)
	}
	if len(all) == 0 {
		return nil, fmt.Errorf("%s: no PEM", name)
	}
	return record.NewOpener(all...)
}

// receipts checks a receipt's signature with the certificate whose key signed
// it: an authority renews its certificate while receipts stay.
func receipts(by, kiosk string) (func(port.Receipt) error, error) {
	if by == "" {
		return nil, nil
	}
	text, err := config.PEM(by)
	if err != nil {
		return nil, err
	}
	keys := map[[32]byte]*x509.Certificate{}
	for block, rest := pem.Decode(text); block != nil; block, rest = pem.Decode(rest) {
		c, err := x509.ParseCertificate(block.Bytes)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", by, err)
		}
		keys[sha256.Sum256(c.RawSubjectPublicKeyInfo)] = c
	}
	if len(keys) == 0 {
		return nil, fmt.Errorf("%s holds no certificate", by)
	}
	return func(r port.Receipt) error {
		c, ok := keys[r.Key]
		if !ok {
			return errors.New("signed by a key that none of the certificates has")
		}
		receipt := wire.Receipt{Epoch: r.Epoch, Seq: r.Seq, Head: r.Head, Signature: r.Signature}
		return wire.CheckReceipt(receipt, kiosk, c)
	}, nil
}

func writeExport(out io.Writer, to string, books []offline.Book) error {
	f, err := os.OpenFile(to, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	err = errors.Join(export.Write(f, books), f.Sync(), f.Close())
	if err != nil {
		return errors.Join(err, os.Remove(to))
	}
	for _, b := range books {
		fmt.Fprintf(out, "%-10s  %d records, %d carried over, %d refused, %d receipts\n", b.Name, len(b.Records), len(b.Carried), len(b.Refused), len(b.Receipts))
	}
	return nil
}
