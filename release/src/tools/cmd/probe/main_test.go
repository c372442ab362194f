package main

import (
	"bytes"
	"context"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func try(t *testing.T, args ...string) (string, error) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	var out bytes.Buffer
	err := run(ctx, args[0], args[1:], &out)
	return out.String(), err
}

func TestReadsBackWhatItWrote(t *testing.T) {
	file := filepath.Join(t.TempDir(), "kept")
	if _, err := try(t, "write", file, "some text"); err != nil {
		t.Fatal(err)
	}
	if got, err := try(t, "read", file); err != nil || got != "some text" {
		t.Fatalf("got %q, %v", got, err)
	}
}

func TestHTTPPrintsTheBodyAndFailsOnAnErrorStatus(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/missing" {
			http.NotFound(w, r)
			return
		}
		_, _ = w.Write([]byte("hello"))
	}))
	defer server.Close()
	if got, err := try(t, "http", server.URL); err != nil || got != "hello" {
		t.Fatalf("got %q, %v", got, err)
	}
	if _, err := try(t, "http", server.URL+"/missing"); err == nil || !strings.Contains(err.Error(), "404") {
		t.Fatalf("a 404 must be an error, got %v", err)
	}
	if _, err := try(t, "tcp", strings.TrimPrefix(server.URL, "http://")); err != nil {
		t.Fatal(err)
	}
}

func TestExplainsItselfWhenCalledWrongly(t *testing.T) {
	for _, args := range [][]string{{"fly"}, {"http"}, {"write", "only-a-file"}, {"dns", "-what", "x"}} {
		if _, err := try(t, args...); err == nil || !strings.Contains(err.Error(), "usage:") {
			t.Errorf("%v: got %v", args, err)
		}
	}
}
