package main

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"slices"
	"testing"
)

func TestGivesEachNodeTheLowestFreeRangeUntilTheAPIIsReady(t *testing.T) {
	var patched []string
	asked := 0
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch {
		case r.URL.Path == "/readyz":
			if asked++; asked < 2 {
				http.Error(w, "not yet", http.StatusInternalServerError)
			}
		case r.Method == http.MethodPatch:
			body := make([]byte, r.ContentLength)
			_, _ = r.Body.Read(body)
			patched = append(patched, r.URL.Path+string(body))
			fmt.Fprint(w, "{}")
		default:
			fmt.Fprint(w, `{"items":[{"metadata":{"name":"a"}},{"metadata":{"name":"b"},"spec":{"podCIDR":"10.200.0.0/24"}},{"metadata":{"name":"c"}}]}`)
		}
	}))
	defer server.Close()
	if err := ranges(t.Context(), []string{"-server", server.URL, "-pod-cidr", "10.200.0.0/16"}); err != nil {
		t.Fatal(err)
	}
	want := []string{
		`/api/v1/nodes/a{"spec":{"podCIDR":"10.200.1.0/24","podCIDRs":["10.200.1.0/24"]}}`,
		`/api/v1/nodes/c{"spec":{"podCIDR":"10.200.2.0/24","podCIDRs":["10.200.2.0/24"]}}`,
	}
	if !slices.Equal(patched, want) {
		t.Errorf("%q", patched)
	}
}

func TestSaysWhenNoRangeIsLeft(t *testing.T) {
	network := netip.MustParsePrefix("10.200.0.0/23")
	used := map[string]bool{"10.200.0.0/24": true}
	if got, err := lowestFree(network, 24, used); got != "10.200.1.0/24" || err != nil {
		t.Errorf("%s %v", got, err)
	}
	used["10.200.1.0/24"] = true
	if got, err := lowestFree(network, 24, used); err == nil {
		t.Errorf("gave %s", got)
	}
}
