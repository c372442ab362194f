package main

import (
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"os"
	"path/filepath"
	"testing"
	"time"
)

var now = time.Now().Truncate(time.Second).UTC()

// writeAuthority makes an authority in folder/name.pem and .key, valid for
// the given time.
func writeAuthority(t *testing.T, folder, name string, validity time.Duration) (certificate, key string) {
	t.Helper()
	private, keyText, err := newKey()
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: serialLimit, NotBefore: now.Add(-backdate), NotAfter: now.Add(validity),
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign,
	}
	template.Subject.CommonName = name
	der, err := x509.CreateCertificate(nil, template, template, private.Public(), private)
	if err != nil {
		t.Fatal(err)
	}
	base := filepath.Join(folder, name)
	text := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})
	if err := writePair(base, text, keyText); err != nil {
		t.Fatal(err)
	}
	return base + ".pem", base + ".key"
}

func orderOf(t *testing.T, names ...string) (order, string) {
	t.Helper()
	folder := t.TempDir()
	certificate, key := writeAuthority(t, folder, "ca", 1460*24*time.Hour)
	var o order
	o.ValidityDays = 365
	o.Certificates = append(o.Certificates, struct {
		leaf
		Authority struct {
			Certificate string `json:"certificate"`
			Key         string `json:"key"`
		} `json:"authority"`
		Base string `json:"base"`
	}{leaf: leaf{CommonName: "kube-apiserver", Names: names, Server: true}, Base: filepath.Join(folder, "out", "api")})
	o.Certificates[0].Authority.Certificate = certificate
	o.Certificates[0].Authority.Key = key
	return o, o.Certificates[0].Base
}

func issued(t *testing.T, base string) *x509.Certificate {
	t.Helper()
	pair, err := tls.LoadX509KeyPair(base+".pem", base+".key")
	if err != nil {
		t.Fatal(err)
	}
	return pair.Leaf
}

func TestIssuesACertificateThatNamesAddressesAndHosts(t *testing.T) {
	o, base := orderOf(t, "demo.example.com", "10.100.200.1")
	if err := o.fulfil(now); err != nil {
		t.Fatal(err)
	}
	certificate := issued(t, base)
	for _, name := range []string{"demo.example.com", "10.100.200.1"} {
		if err := certificate.VerifyHostname(name); err != nil {
			t.Error(err)
		}
	}
	if !certificate.NotAfter.Equal(now.Add(365 * 24 * time.Hour)) {
		t.Errorf("ends %s", certificate.NotAfter)
	}
	info, err := os.Stat(base + ".key")
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("key: %v %v", info.Mode(), err)
	}
}

func TestKeepsACertificateUntilAThirdOfItsLifeIsLeft(t *testing.T) {
	o, base := orderOf(t, "10.0.0.1")
	if err := o.fulfil(now); err != nil {
		t.Fatal(err)
	}
	first := issued(t, base).SerialNumber
	for _, step := range []struct {
		after time.Duration
		kept  bool
	}{{time.Minute, true}, {240 * 24 * time.Hour, true}, {250 * 24 * time.Hour, false}} {
		if err := o.fulfil(now.Add(step.after)); err != nil {
			t.Fatal(err)
		}
		if kept := issued(t, base).SerialNumber.Cmp(first) == 0; kept != step.kept {
			t.Errorf("after %s kept is %t", step.after, kept)
		}
	}
}

func TestMakesACertificateAnewWhenItSaysSomethingElse(t *testing.T) {
	o, base := orderOf(t, "10.0.0.1")
	if err := o.fulfil(now); err != nil {
		t.Fatal(err)
	}
	o.Certificates[0].Names = []string{"10.0.0.2"}
	if err := o.fulfil(now); err != nil {
		t.Fatal(err)
	}
	if err := issued(t, base).VerifyHostname("10.0.0.2"); err != nil {
		t.Error(err)
	}
}

func TestMakesACertificateAnewWhenItsAuthorityChanged(t *testing.T) {
	o, base := orderOf(t, "10.0.0.1")
	if err := o.fulfil(now); err != nil {
		t.Fatal(err)
	}
	first := issued(t, base).SerialNumber
	writeAuthority(t, filepath.Dir(o.Certificates[0].Authority.Key), "ca", 1460*24*time.Hour)
	if err := o.fulfil(now); err != nil {
		t.Fatal(err)
	}
	if issued(t, base).SerialNumber.Cmp(first) == 0 {
		t.Error("kept a certificate of the former authority")
	}
}

func TestMakesCertificatesAnewOnceForARotation(t *testing.T) {
	o, base := orderOf(t, "10.0.0.1")
	o.RotationFile = filepath.Join(t.TempDir(), "rotation")
	serials := map[string]bool{}
	for _, step := range []struct {
		rotation string
		made     int
	}{{"", 1}, {"", 1}, {"first", 2}, {"first", 2}, {"second", 3}} {
		o.Rotation = step.rotation
		if err := o.fulfil(now); err != nil {
			t.Fatal(err)
		}
		serials[issued(t, base).SerialNumber.String()] = true
		if len(serials) != step.made {
			t.Errorf("after rotation %q %d certificates were made", step.rotation, len(serials))
		}
	}
}

func TestMakesACertificateAnewWhenOnlyHalfOfItIsThere(t *testing.T) {
	o, base := orderOf(t, "10.0.0.1")
	if err := o.fulfil(now); err != nil {
		t.Fatal(err)
	}
	if err := os.Remove(base + ".key"); err != nil {
		t.Fatal(err)
	}
	if err := o.fulfil(now); err != nil {
		t.Fatal(err)
	}
	issued(t, base)
}

func TestNoCertificateOutlivesItsAuthority(t *testing.T) {
	folder := t.TempDir()
	certificate, key := writeAuthority(t, folder, "ca", 24*time.Hour)
	signer, err := readAuthority(certificate, key)
	if err != nil {
		t.Fatal(err)
	}
	private, _, err := newKey()
	if err != nil {
		t.Fatal(err)
	}
	text, err := signer.sign(private.Public(), leaf{CommonName: "x", Client: true}, 365*24*time.Hour, now)
	if err != nil {
		t.Fatal(err)
	}
	block, _ := pem.Decode(text)
	signed, err := x509.ParseCertificate(block.Bytes)
	if err != nil {
		t.Fatal(err)
	}
	if signed.NotAfter.After(signer.certificate.NotAfter) {
		t.Errorf("ends %s, its authority %s", signed.NotAfter, signer.certificate.NotAfter)
	}
}
