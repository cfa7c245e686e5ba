package main

import (
	"bytes"
	"context"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"multicopy.example/cmd/authority-sandbox/internal/life"
	"multicopy.example/cmd/authority-sandbox/internal/pki"
	"multicopy.example/cmd/authority-sandbox/internal/status"
	"multicopy.example/cmd/authority-sandbox/internal/store"
	"multicopy.example/kiosk/must"
)

// judged is a served authority, and files of its certificates for programs that its authors did not write.
type judged struct {
	*bench
	files                   string
	good, held, gone, never *x509.Certificate
	rows                    map[*x509.Certificate]store.Cert
}

// judges are the programs and their Debian packages.
var judges = map[string]string{"openssl": "openssl", "ocsptool": "gnutls-bin", "certtool": "gnutls-bin", "jose": "jose"}

// says runs a judge; every one of wants is in what it prints, and its exit status is as said.
func (j judged) says(ok bool, args []string, wants ...string) {
	j.Helper()
	for dir := range strings.SplitSeq("/usr/sbin:/usr/bin:/sbin:/bin", ":") { // what Debian ships
		if _, err := os.Stat(filepath.Join(dir, args[0])); err == nil {
			args = append([]string{filepath.Join(dir, args[0])}, args[1:]...)
			break
		}
	}
	if !filepath.IsAbs(args[0]) {
		j.Fatalf("%s is not here: apt-get install --no-install-recommends %s", args[0], judges[args[0]])
	}
	ctx, cancel := context.WithTimeout(j.Context(), time.Minute)
	defer cancel()
	c := exec.CommandContext(ctx, args[0], args[1:]...)
	c.Dir, c.Env = j.files, []string{"LC_ALL=C", "TZ=UTC"}
	out, err := c.CombinedOutput()
	if (err == nil) != ok {
		j.Errorf("%v: %v\n%s", args, err, out)
	}
	said := strings.Join(strings.Fields(string(out)), " ")
	for _, w := range wants {
		if !strings.Contains(said, w) {
			j.Errorf("%v does not say %q:\n%s", args, w, out)
		}
	}
	if strings.Contains(said, "WARNING") {
		j.Errorf("%v warns:\n%s", args, out)
	}
}

func (j judged) write(name, kind string, der []byte) {
	j.Helper()
	must.OK(j, os.WriteFile(filepath.Join(j.files, name), pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der}), 0o600))
}

func newJudged(t *testing.T) judged {
	t.Helper()
	j := judged{bench: start(t, sqlite), files: t.TempDir(), rows: map[*x509.Certificate]store.Cert{}}
	ca := j.sandbox.Cards[pki.Sign]
	j.write("ca.pem", "CERTIFICATE", ca.Cert.Raw)
	for name, c := range map[string]**x509.Certificate{"good": &j.good, "held": &j.held, "gone": &j.gone, "never": &j.never} {
		cert, _, err := ca.Issue(pki.Holder{Items: pki.Items{Name: name}, Home: pki.Municipalities()[0], Until: j.clock.now().AddDate(4, 0, 0)})
		must.OK(t, err)
		j.write(name+".pem", "CERTIFICATE", cert.Raw)
		if *c = cert; name != "never" {
			j.rows[cert] = j.enter(cert, "resident "+name)
		}
	}
	j.becomes(j.rows[j.held], store.Status{State: life.Held, Reason: life.OnHold, Since: j.clock.now().Unix()})
	j.becomes(j.rows[j.gone], store.Status{State: life.Revoked, Reason: life.ItemsChanged, Since: j.clock.now().Unix()})
	return j
}

func TestOpenSSLBelievesTheResponder(t *testing.T) {
	j := newJudged(t)
	ask := []string{"openssl", "ocsp", "-url", "http://" + j.at.Status + "/ocsp", "-CAfile", "ca.pem", "-issuer", "ca.pem"}
	with := func(more ...string) []string { return append(append([]string{}, ask...), more...) }
	j.says(true, with("-cert", "good.pem"), "Response verify OK", "good.pem: good")
	j.says(true, with("-cert", "held.pem"), "Response verify OK", "held.pem: revoked", "Reason: certificateHold")
	j.says(true, with("-cert", "gone.pem"), "Response verify OK", "gone.pem: revoked", "Reason: affiliationChanged")
	j.says(true, with("-cert", "never.pem"), "Response verify OK", "never.pem: unknown")
	j.says(true, with("-serial", "0x4711"), "Response verify OK", "0x4711: unknown")
	j.says(true, with("-sha256", "-cert", "good.pem", "-issuer", "ca.pem", "-cert", "held.pem", "-no_nonce"), "good.pem: good", "held.pem: revoked")
	j.becomes(j.rows[j.held], store.Status{State: life.Good, Since: j.clock.now().Unix()})
	j.says(true, with("-cert", "held.pem"), "Response verify OK", "held.pem: good")

	j.says(true, []string{"openssl", "ocsp", "-issuer", "ca.pem", "-cert", "good.pem", "-no_nonce", "-reqout", "good.req"})
	request := must.Read(t, filepath.Join(j.files, "good.req"))
	must.OK(t, os.WriteFile(filepath.Join(j.files, "good.resp"), j.fetch("/ocsp/"+base64.StdEncoding.EncodeToString(request)), 0o600))
	j.says(true, []string{"openssl", "ocsp", "-no_nonce", "-respin", "good.resp", "-CAfile", "ca.pem", "-issuer", "ca.pem", "-cert", "good.pem"}, "Response verify OK", "good.pem: good")
}

func TestGnuTLSBelievesTheResponder(t *testing.T) {
	must.Need(t, "Debian's package gnutls-bin")
	j := newJudged(t)
	for name, want := range map[string]string{"good": "Certificate Status: good", "held": "Certificate Status: revoked", "never": "Certificate Status: unknown"} {
		ask := []string{"ocsptool", "--ask=http://" + j.at.Status + "/ocsp", "--nonce", "--load-issuer", "ca.pem", "--load-cert", name + ".pem", "--load-trust", "ca.pem"}
		j.says(true, ask, want, "Verifying OCSP Response: Success", "Nonce")
	}
}

// part fetches a list into a file.
func (j judged) part(n int, name string) []byte {
	j.Helper()
	der := j.fetch(fmt.Sprintf("/crl/sign/%d", n))
	j.write(name, "X509 CRL", der)
	return der
}

func TestOpenSSLBelievesTheListOfACertificatesPartAlone(t *testing.T) {
	j := newJudged(t)
	j.part(99201, "part.pem")
	j.part(99202, "another.pem")
	check := func(list, cert string, more ...string) []string {
		return append(append([]string{"openssl", "verify", "-crl_check", "-CAfile", "ca.pem", "-CRLfile", list}, more...), cert)
	}
	j.says(true, check("part.pem", "good.pem"), "good.pem: OK")
	j.says(false, check("part.pem", "held.pem"), "error 23 at 0 depth lookup: certificate revoked")
	j.says(false, check("part.pem", "gone.pem"), "error 23 at 0 depth lookup: certificate revoked")
	j.says(false, check("another.pem", "good.pem"), "error 44 at 0 depth lookup: different CRL scope")
	j.says(false, check("another.pem", "held.pem"), "error 44 at 0 depth lookup: different CRL scope")
	late := j.clock.now().Add(status.ListLife + time.Minute)
	j.says(false, check("part.pem", "good.pem", "-attime", fmt.Sprint(late.Unix())), "error 12 at 0 depth lookup: CRL has expired")
	j.says(true, []string{"openssl", "crl", "-in", "part.pem", "-CAfile", "ca.pem", "-noout", "-text"}, "verify OK", "Certificate Hold", "Affiliation Changed", "Issuing Distribution Point: critical")

	j.becomes(j.rows[j.held], store.Status{State: life.Good, Since: j.clock.now().Unix()})
	j.part(99201, "released.pem")
	j.says(true, check("released.pem", "held.pem"), "held.pem: OK")
}

func TestOpenSSLBelievesTheListOfAPhonesPart(t *testing.T) {
	j := newJudged(t)
	ca := j.sandbox.Cards[pki.Sign]
	phone, _, err := ca.Issue(pki.Holder{Home: pki.Municipalities()[0], Until: j.clock.now().AddDate(4, 0, 0), Phone: true})
	must.OK(t, err)
	part := pki.PartOf(pki.Holder{Phone: true}, phone.SerialNumber)
	j.write("phone.pem", "CERTIFICATE", phone.Raw)
	j.part(int(part), "part.pem")
	j.part(int(pki.PhonePart+(part-pki.PhonePart+1)%4096), "another.pem")
	check := []string{"openssl", "verify", "-crl_check", "-CAfile", "ca.pem", "-CRLfile"}
	j.says(true, append(check, "part.pem", "phone.pem"), "phone.pem: OK")
	j.says(false, append(check, "another.pem", "phone.pem"), "different CRL scope")
}

func TestGnuTLSBelievesTheList(t *testing.T) {
	must.Need(t, "Debian's package gnutls-bin")
	j := newJudged(t)
	der := j.part(99201, "part.pem")
	j.says(true, []string{"certtool", "--verify-crl", "--load-ca-certificate", "ca.pem", "--infile", "part.pem"}, "Verification output: Verified")
	forged := bytes.Clone(der)
	forged[len(forged)-1] ^= 1
	j.write("forged.pem", "X509 CRL", forged)
	j.says(false, []string{"certtool", "--verify-crl", "--load-ca-certificate", "ca.pem", "--infile", "forged.pem"}, "Verification output: Not verified")
}
