package main

import (
	"context"
	"crypto/rand"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

const token = "0123456789abcdefghij0123456789abcdefghij"

func testRegistrar(t *testing.T) *registrar {
	t.Helper()
	certificate, key := writeAuthority(t, t.TempDir(), "ca", 1460*24*time.Hour)
	signer, err := readAuthority(certificate, key)
	if err != nil {
		t.Fatal(err)
	}
	return &registrar{signer, token, 365 * 24 * time.Hour, func() time.Time { return now }}
}

// requestText is a certificate request that claims to be somebody else.
func requestText(t *testing.T, claim string) string {
	t.Helper()
	key, _, err := newKey()
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.CertificateRequest{DNSNames: []string{claim}}
	template.Subject.CommonName = claim
	template.Subject.Organization = []string{"system:masters"}
	der, err := x509.CreateCertificateRequest(rand.Reader, template, key)
	if err != nil {
		t.Fatal(err)
	}
	return string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE REQUEST", Bytes: der}))
}

func ask(r *registrar, from, with string, roles map[string]string) *httptest.ResponseRecorder {
	body, _ := json.Marshal(enrollment{roles})
	post := httptest.NewRequest(http.MethodPost, enrollPath, strings.NewReader(string(body)))
	post.RemoteAddr = from + ":4711"
	post.Header.Set("Authorization", "Bearer "+with)
	answer := httptest.NewRecorder()
	r.ServeHTTP(answer, post)
	return answer
}

func TestGivesAWorkerTheIdentityOfItsAddressWhateverItAsksFor(t *testing.T) {
	answer := ask(testRegistrar(t), "10.1.2.3", token, map[string]string{
		"kubelet-client": requestText(t, "admin"),
		"kubelet-server": requestText(t, "kubernetes.default.svc"),
	})
	var got enrollment
	if err := json.Unmarshal(answer.Body.Bytes(), &got); err != nil {
		t.Fatalf("%d %v", answer.Code, err)
	}
	for role, usage := range map[string]x509.ExtKeyUsage{"kubelet-client": x509.ExtKeyUsageClientAuth, "kubelet-server": x509.ExtKeyUsageServerAuth} {
		block, _ := pem.Decode([]byte(got.Roles[role]))
		certificate, err := x509.ParseCertificate(block.Bytes)
		if err != nil {
			t.Fatal(err)
		}
		if name := certificate.Subject.CommonName; name != "system:node:10.1.2.3" {
			t.Errorf("%s is for %s", role, name)
		}
		if o := certificate.Subject.Organization; len(o) != 1 || o[0] != "system:nodes" {
			t.Errorf("%s is in %v", role, o)
		}
		if len(certificate.DNSNames) != 0 || certificate.IsCA {
			t.Errorf("%s got what it claimed: %v", role, certificate.DNSNames)
		}
		if len(certificate.ExtKeyUsage) != 1 || certificate.ExtKeyUsage[0] != usage {
			t.Errorf("%s may be used for %v", role, certificate.ExtKeyUsage)
		}
	}
}

func TestRefusesWhoeverDoesNotBelongToTheCluster(t *testing.T) {
	r := testRegistrar(t)
	good := map[string]string{"kubelet-client": requestText(t, "x")}
	broken := strings.Replace(requestText(t, "x"), "A", "B", 3)
	for name, c := range map[string]struct {
		token string
		roles map[string]string
		code  int
	}{
		"no token":     {"", good, http.StatusUnauthorized},
		"wrong token":  {token + "x", good, http.StatusUnauthorized},
		"unknown role": {token, map[string]string{"admin": requestText(t, "x")}, http.StatusBadRequest},
		"no PEM":       {token, map[string]string{"kube-proxy": "hello"}, http.StatusBadRequest},
		"broken CSR":   {token, map[string]string{"kube-proxy": broken}, http.StatusBadRequest},
		"huge":         {token, map[string]string{"kube-proxy": strings.Repeat("x", enrollLimit)}, http.StatusBadRequest},
	} {
		if answer := ask(r, "10.1.2.3", c.token, c.roles); answer.Code != c.code || strings.Contains(answer.Body.String(), "BEGIN") {
			t.Errorf("%s: %d %s", name, answer.Code, answer.Body)
		}
	}
}

func TestEnrollsOnceForEachAuthorityAndRotation(t *testing.T) {
	folder := t.TempDir()
	r := testRegistrar(t)
	r.now = time.Now
	asked := 0
	server := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, request *http.Request) {
		asked++
		r.ServeHTTP(w, request)
	}))
	defer server.Close()
	file := func(name string, text []byte) string {
		if err := replace(filepath.Join(folder, name), text, 0o600); err != nil {
			t.Fatal(err)
		}
		return filepath.Join(folder, name)
	}
	text := func(certificate *x509.Certificate) []byte {
		return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: certificate.Raw})
	}
	before, after := r.signer, testRegistrar(t).signer
	trust := slices.Concat(text(server.Certificate()), text(before.certificate), text(after.certificate))
	args := []string{
		"-servers", strings.TrimPrefix(server.URL, "https://"), "-ca", file("ca.pem", trust),
		"-signer", file("signer.pem", text(before.certificate)), "-rotation", file("rotation", []byte("\n")),
		"-token-file", file("token", []byte(token+"\n")), "-address", "127.0.0.1", "-out", filepath.Join(folder, "out"), "-timeout", "10s",
	}
	enrolls := func(what string, wanted int) {
		t.Helper()
		for range 2 {
			if err := enroll(context.Background(), args); err != nil {
				t.Fatal(err)
			}
		}
		if asked != wanted {
			t.Errorf("%s: asked %d times, not %d", what, asked, wanted)
		}
	}
	enrolls("new machine", 1)
	file("rotation", []byte("first\n"))
	enrolls("rotation", 2)
	r.signer = after
	file("signer.pem", text(after.certificate))
	enrolls("authority", 3)
	r.signer = before
	file("rotation", []byte("second\n"))
	enrolls("a master that is behind", 5)
	r.signer = after
	enrolls("a master that is no longer behind", 6)
}
