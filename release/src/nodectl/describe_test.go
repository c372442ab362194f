package main

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// fakeNodes keeps one node as JSON and merges patches into it.
func fakeNodes(t *testing.T, state map[string]any) *cluster {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodPatch {
			var patch map[string]any
			body, _ := io.ReadAll(r.Body)
			if err := json.Unmarshal(body, &patch); err != nil {
				t.Error(err)
			}
			merge(state, patch)
		}
		var answer any = state
		if strings.HasSuffix(r.URL.Path, "/nodes") {
			answer = map[string]any{"items": []any{state}}
		}
		_ = json.NewEncoder(w).Encode(answer)
	}))
	t.Cleanup(server.Close)
	return &cluster{servers: []string{server.URL}, client: server.Client()}
}

func merge(into, patch map[string]any) {
	for key, value := range patch {
		inner, isMap := value.(map[string]any)
		before, wasMap := into[key].(map[string]any)
		switch {
		case value == nil:
			delete(into, key)
		case isMap && wasMap:
			merge(before, inner)
		default:
			into[key] = value
		}
	}
}

func read(t *testing.T, c *cluster) node {
	t.Helper()
	var n node
	if err := c.get(context.Background(), nodesPath+"n", &n); err != nil {
		t.Fatal(err)
	}
	return n
}

func TestChangesTheLabelsThatItGaveAndNoOthers(t *testing.T) {
	c := fakeNodes(t, map[string]any{"metadata": map[string]any{"name": "n", "labels": map[string]any{"own": "1", "tier": "web"}, "annotations": map[string]any{}}})
	for _, step := range []struct{ give, want string }{
		{"tier=web,disk=ssd", "1 web ssd"}, {"tier=db", "1 db "}, {"", "1  "},
	} {
		if err := c.describe(context.Background(), "n", read(t, c), step.give, ""); err != nil {
			t.Fatal(err)
		}
		labels := read(t, c).Metadata.Labels
		if got := labels["own"] + " " + labels["tier"] + " " + labels["disk"]; got != step.want {
			t.Errorf("%q: %q, not %q", step.give, got, step.want)
		}
	}
}

func TestChangesTheTaintsThatItGaveAndNoOthers(t *testing.T) {
	c := fakeNodes(t, map[string]any{
		"metadata": map[string]any{"name": "n", "resourceVersion": "1", "labels": map[string]any{}, "annotations": map[string]any{}},
		"spec":     map[string]any{"taints": []any{map[string]any{"key": "people", "effect": "NoSchedule"}}},
	})
	for _, step := range []struct{ ask, want string }{
		{"a=1:NoSchedule,b=:NoExecute", "people= a=1 b="}, {"a=2:NoSchedule", "people= a=2"}, {"", "people="},
	} {
		if err := c.describe(context.Background(), "n", read(t, c), "", step.ask); err != nil {
			t.Fatal(err)
		}
		server := c.servers[0]
		if err := setTaints(context.Background(), []string{"-server", server, "-timeout", "2s"}); err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, one := range read(t, c).Spec.Taints {
			got = append(got, one.Key+"="+one.Value)
		}
		if strings.Join(got, " ") != step.want {
			t.Errorf("%q: %v, not %q", step.ask, got, step.want)
		}
	}
}

func TestGivesUpOnAProcessThatEndsAgainAndAgain(t *testing.T) {
	file := filepath.Join(t.TempDir(), "birth")
	s := &starts{files: file, births: map[string]string{}, counts: map[string]int{}}
	for i, birth := range []string{"1", "1", "2", "", "3", "4"} {
		if err := os.WriteFile(file, []byte(birth), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := s.check(); (err != nil) != (i == 5) {
			t.Errorf("%d: %v", i, err)
		}
	}
}
