package main

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// backdate makes certificates valid for machines whose clocks lag.
const backdate = time.Hour

// leaf is what a certificate says.
type leaf struct {
	CommonName    string   `json:"commonName"`
	Organizations []string `json:"organizations"`
	Names         []string `json:"names"` // DNS names and IP addresses.
	Server        bool     `json:"server"`
	Client        bool     `json:"client"`
}

// authority is a certificate that signs others.
type authority struct {
	certificate *x509.Certificate
	key         crypto.Signer
}

func readAuthority(certificateFile, keyFile string) (*authority, error) {
	pair, err := tls.LoadX509KeyPair(certificateFile, keyFile)
	if err != nil {
		return nil, fmt.Errorf("read authority: %w", err)
	}
	signer, ok := pair.PrivateKey.(crypto.Signer)
	if !ok {
		return nil, fmt.Errorf("the key in %s cannot sign", keyFile)
	}
	return &authority{certificate: pair.Leaf, key: signer}, nil
}

// sign makes a certificate for a public key. It never outlives the authority.
func (a *authority) sign(public crypto.PublicKey, l leaf, validity time.Duration, now time.Time) ([]byte, error) {
	serial, err := rand.Int(rand.Reader, serialLimit)
	if err != nil {
		return nil, fmt.Errorf("choose serial number: %w", err)
	}
	end := now.Add(validity)
	if end.After(a.certificate.NotAfter) {
		end = a.certificate.NotAfter
	}
	template := &x509.Certificate{
		SerialNumber: serial,
		Subject:      pkix.Name{CommonName: l.CommonName, Organization: l.Organizations},
		NotBefore:    now.Add(-backdate),
		NotAfter:     end,
		KeyUsage:     x509.KeyUsageDigitalSignature | x509.KeyUsageKeyEncipherment,
		ExtKeyUsage:  l.usages(),
	}
	for _, name := range l.Names {
		if ip := net.ParseIP(name); ip != nil {
			template.IPAddresses = append(template.IPAddresses, ip)
		} else {
			template.DNSNames = append(template.DNSNames, name)
		}
	}
	der, err := x509.CreateCertificate(rand.Reader, template, a.certificate, public, a.key)
	if err != nil {
		return nil, fmt.Errorf("sign certificate of %s: %w", l.CommonName, err)
	}
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}), nil
}

func (l leaf) usages() (usages []x509.ExtKeyUsage) {
	if l.Server {
		usages = append(usages, x509.ExtKeyUsageServerAuth)
	}
	if l.Client {
		usages = append(usages, x509.ExtKeyUsageClientAuth)
	}
	return usages
}

// covers tells whether a certificate says what the leaf asks.
func (l leaf) covers(certificate *x509.Certificate) bool {
	names := slices.Clone(certificate.DNSNames)
	for _, ip := range certificate.IPAddresses {
		names = append(names, ip.String())
	}
	wanted := slices.Clone(l.Names)
	slices.Sort(names)
	slices.Sort(wanted)
	return certificate.Subject.CommonName == l.CommonName &&
		slices.Equal(certificate.Subject.Organization, l.Organizations) &&
		slices.Equal(names, slices.Compact(wanted)) &&
		slices.Equal(certificate.ExtKeyUsage, l.usages())
}

// fresh tells whether a certificate has more than a third of its life before
// it. The rest is the time in which a restart renews it.
func fresh(certificate *x509.Certificate, now time.Time) bool {
	life := certificate.NotAfter.Sub(certificate.NotBefore)
	return now.After(certificate.NotBefore) && certificate.NotAfter.Sub(now) > life/3
}

// usable reads the pair at base.pem and base.key, and returns its certificate
// when it is fresh, belongs to its key and comes from one of the roots.
func usable(base string, roots *x509.CertPool, now time.Time) (*x509.Certificate, bool) {
	pair, err := tls.LoadX509KeyPair(base+".pem", base+".key")
	if err != nil {
		return nil, false
	}
	options := x509.VerifyOptions{Roots: roots, CurrentTime: now, KeyUsages: []x509.ExtKeyUsage{x509.ExtKeyUsageAny}}
	if _, err := pair.Leaf.Verify(options); err != nil || !fresh(pair.Leaf, now) {
		return nil, false
	}
	return pair.Leaf, true
}

func newKey() (*ecdsa.PrivateKey, []byte, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, nil, fmt.Errorf("make key: %w", err)
	}
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return nil, nil, fmt.Errorf("encode key: %w", err)
	}
	return key, pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der}), nil
}

// writePair replaces base.key and base.pem. A reader that comes between finds
// no pair that fits and takes it as unusable.
func writePair(base string, certificate, key []byte) error {
	if err := replace(base+".key", key, 0o600); err != nil {
		return err
	}
	return replace(base+".pem", certificate, 0o644)
}

func replace(path string, content []byte, mode os.FileMode) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	temporary, err := os.CreateTemp(filepath.Dir(path), ".new-*")
	if err != nil {
		return err
	}
	_, err = temporary.Write(content)
	err = errors.Join(err, temporary.Chmod(mode), temporary.Close())
	if err == nil {
		err = os.Rename(temporary.Name(), path)
	}
	if err != nil {
		return errors.Join(fmt.Errorf("write %s: %w", path, err), os.Remove(temporary.Name()))
	}
	return nil
}

func readRoots(file string) (*x509.CertPool, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	roots := x509.NewCertPool()
	if !roots.AppendCertsFromPEM(text) {
		return nil, fmt.Errorf("no certificate in %s", file)
	}
	return roots, nil
}

// wasRotated tells whether the certificates beside the file were made for a
// rotation. Those without a file are older than the first one.
func wasRotated(file, rotation string) bool {
	done, err := os.ReadFile(file)
	return (err == nil || errors.Is(err, os.ErrNotExist)) && strings.TrimSpace(string(done)) == rotation
}

// noteRotation comes after the last certificate, so that a rotation that was
// cut off begins anew.
func noteRotation(file, rotation string) error {
	if wasRotated(file, rotation) {
		return nil
	}
	return replace(file, []byte(rotation+"\n"), 0o644)
}
