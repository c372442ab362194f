package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

func TestSplitsObjectsAtTheirPaths(t *testing.T) {
	file := filepath.Join(t.TempDir(), "objects.yml")
	text := "# A remark.\n\n--- # /api/v1/namespaces/a\nkind: Namespace\n--- # /apis/apps/v1/namespaces/a/deployments/b\nkind: Deployment\nspec: {}\n"
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	objects, err := readObjects(file)
	if err != nil {
		t.Fatal(err)
	}
	if len(objects) != 2 || objects[0].path != "/api/v1/namespaces/a" || string(objects[0].yaml) != "kind: Namespace\n" ||
		objects[1].path != "/apis/apps/v1/namespaces/a/deployments/b" || string(objects[1].yaml) != "kind: Deployment\nspec: {}\n" {
		t.Errorf("%q", objects)
	}
}

func TestKnowsWhenARolloutIsOver(t *testing.T) {
	for text, over := range map[string]bool{
		`{"metadata":{"generation":2},"spec":{"replicas":2},"status":{"observedGeneration":2,"replicas":2,"updatedReplicas":2,"availableReplicas":2}}`: true,
		`{"metadata":{"generation":2},"spec":{"replicas":2},"status":{"observedGeneration":1,"replicas":2,"updatedReplicas":2,"availableReplicas":2}}`: false,
		`{"metadata":{"generation":2},"spec":{"replicas":2},"status":{"observedGeneration":2,"replicas":3,"updatedReplicas":2,"availableReplicas":2}}`: false,
		`{"metadata":{"generation":2},"spec":{"replicas":2},"status":{"observedGeneration":2,"replicas":2,"updatedReplicas":2,"availableReplicas":1}}`: false,
		`{"metadata":{"generation":1},"status":{"observedGeneration":1,"desiredNumberScheduled":3,"updatedNumberScheduled":3,"numberAvailable":3}}`:    true,
		`{"metadata":{"generation":1},"status":{"observedGeneration":1,"desiredNumberScheduled":3,"updatedNumberScheduled":3,"numberAvailable":2}}`:    false,
		`{"metadata":{"generation":1},"spec":{"replicas":1},"status":{}}`:                                                                              false,
	} {
		var w workload
		if err := json.Unmarshal([]byte(text), &w); err != nil {
			t.Fatal(err)
		}
		if pending := w.pending(); (pending == "") != over {
			t.Errorf("%s: %q", text, pending)
		}
	}
}

func TestTakesNoReportOfAnEarlierKubeletForReadiness(t *testing.T) {
	reported := time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)
	text := `{"status":{"conditions":[{"type":"Ready","status":"True","lastHeartbeatTime":"2026-11-23T09:00:00Z"}]}}`
	var ready node
	if err := json.Unmarshal([]byte(text), &ready); err != nil {
		t.Fatal(err)
	}
	if waiting := ready.notReady(reported); waiting != "" {
		t.Errorf("reported in time, but %s", waiting)
	}
	if waiting := ready.notReady(reported.Add(time.Second)); !strings.Contains(waiting, "not reported since") {
		t.Errorf("an old report: %q", waiting)
	}
	if waiting := (node{}).notReady(time.Unix(0, 0)); !strings.Contains(waiting, "not reported yet") {
		t.Errorf("no report: %q", waiting)
	}
}

// fakeCluster is the API as drain sees it. Evicted pods are gone at the next
// look, unless a budget protects them.
type fakeCluster struct {
	sync.Mutex
	node      string
	pods      map[string]string // By namespace/name.
	protected map[string]int    // How often an eviction is refused.
	log       []string
}

func (f *fakeCluster) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	f.Lock()
	defer f.Unlock()
	body, _ := io.ReadAll(r.Body)
	parts := strings.Split(strings.TrimPrefix(r.URL.Path, "/api/v1/"), "/")
	switch {
	case parts[0] == "pods":
		fmt.Fprintf(w, `{"items":[%s]}`, strings.Join(slices.Sorted(values(f.pods)), ","))
	case parts[0] == "nodes" && f.node == "":
		http.Error(w, `{"message":"not found"}`, http.StatusNotFound)
	case parts[0] == "nodes" && r.Method == http.MethodGet:
		fmt.Fprint(w, f.node)
	case parts[0] == "nodes" && r.Method == http.MethodDelete:
		f.log = append(f.log, "delete node")
		f.node = ""
		fmt.Fprint(w, "{}")
	case parts[0] == "nodes":
		f.log = append(f.log, string(body))
		fmt.Fprint(w, "{}")
	default:
		name := parts[1] + "/" + parts[3]
		if parts[len(parts)-1] == "eviction" && f.protected[name] > 0 {
			f.protected[name]--
			http.Error(w, `{"message":"it would violate the budget"}`, http.StatusTooManyRequests)
			return
		}
		f.log = append(f.log, r.Method+" "+name)
		delete(f.pods, name)
		fmt.Fprint(w, "{}")
	}
}

func values(pods map[string]string) func(func(string) bool) {
	return func(yield func(string) bool) {
		for _, text := range pods {
			if !yield(text) {
				return
			}
		}
	}
}

func fakePod(name, owner, extra string) string {
	owners := ""
	if owner != "" {
		owners = fmt.Sprintf(`{"kind":%q,"controller":true}`, owner)
	}
	return fmt.Sprintf(`{"metadata":{"namespace":"a","name":%q,"uid":%q,"ownerReferences":[%s]}%s}`, name, name, owners, extra)
}

func runDrain(t *testing.T, f *fakeCluster, args ...string) error {
	t.Helper()
	server := httptest.NewServer(f)
	defer server.Close()
	return drain(context.Background(), append([]string{"-server", server.URL, "-name", "n", "-timeout", "30s"}, args...))
}

func TestEvictsPodsAndRemovesTheNode(t *testing.T) {
	f := &fakeCluster{node: "{}", protected: map[string]int{"a/web": 2}, pods: map[string]string{
		"a/web": fakePod("web", "ReplicaSet", ""), "a/agent": fakePod("agent", "DaemonSet", ""),
	}}
	err := runDrain(t, f, "-ignore-daemonsets", "-remove")
	want := []string{
		`{"metadata":{"annotations":{"openpks.org/drained":"true"}},"spec":{"unschedulable":true}}`, "POST a/web", "delete node",
	}
	if err != nil || !slices.Equal(f.log, want) {
		t.Errorf("%v %q", err, f.log)
	}
}

func TestLetsNoBudgetHoldTheClustersOwnAddOnsForLong(t *testing.T) {
	budgetPatience = 100 * time.Millisecond
	defer func() { budgetPatience = 30 * time.Second }()
	own := strings.Replace(fakePod("dns", "ReplicaSet", ""), `"namespace":"a"`, `"namespace":"kube-system"`, 1)
	f := &fakeCluster{node: "{}", protected: map[string]int{"kube-system/dns": 1000, "a/web": 6}, pods: map[string]string{
		"kube-system/dns": own, "a/web": fakePod("web", "ReplicaSet", ""),
	}}
	err := runDrain(t, f)
	if err != nil || !slices.Contains(f.log, "DELETE kube-system/dns") || !slices.Contains(f.log, "POST a/web") {
		t.Errorf("%v %q", err, f.log)
	}
}

func TestLeavesAnOperatorsCordonAlone(t *testing.T) {
	f := &fakeCluster{node: `{"spec":{"unschedulable":true}}`}
	if err := runDrain(t, f); err != nil || len(f.log) != 0 {
		t.Errorf("%v %q", err, f.log)
	}
}

func TestHasNothingToDoWithoutANode(t *testing.T) {
	if err := runDrain(t, &fakeCluster{}, "-remove"); err != nil {
		t.Error(err)
	}
}

func TestRefusesPodsThatTheRulesKeep(t *testing.T) {
	local := `,"spec":{"volumes":[{"emptyDir":{}}]}`
	for name, c := range map[string]struct {
		pod  string
		flag string
	}{
		"belongs to a DaemonSet": {fakePod("x", "DaemonSet", ""), "-ignore-daemonsets"},
		"would not be made anew": {fakePod("x", "", ""), "-force"},
		"has an emptyDir volume": {fakePod("x", "ReplicaSet", local), "-delete-local-data"},
	} {
		f := &fakeCluster{node: "{}", pods: map[string]string{"a/x": c.pod}}
		if err := runDrain(t, f); err == nil || !strings.Contains(err.Error(), "a/x "+name) {
			t.Errorf("%s: %v", name, err)
		}
		if err := runDrain(t, f, c.flag); err != nil {
			t.Errorf("%s with %s: %v", name, c.flag, err)
		}
	}
}

func TestSaysWhatABudgetHoldsBackAndWithForceDeletesIt(t *testing.T) {
	f := &fakeCluster{node: "{}", protected: map[string]int{"a/db": 1 << 30}, pods: map[string]string{"a/db": fakePod("db", "StatefulSet", "")}}
	if err := runDrain(t, f, "-timeout", "1s"); err == nil || !strings.Contains(err.Error(), "it would violate the budget") {
		t.Error(err)
	}
	if err := runDrain(t, f, "-timeout", "1s", "-force-node"); err != nil || !slices.Contains(f.log, "DELETE a/db") {
		t.Errorf("%v %q", err, f.log)
	}
}

func TestAsksTheNextServerWhenOneIsGone(t *testing.T) {
	gone := httptest.NewServer(http.NotFoundHandler())
	gone.Close()
	there := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, "{}") }))
	defer there.Close()
	c := &cluster{[]string{gone.URL, there.URL}, http.DefaultClient}
	if _, err := c.call(context.Background(), http.MethodGet, "/", "", nil); err != nil {
		t.Error(err)
	}
}

func TestAppliesNothingWhenTheObjectIsThere(t *testing.T) {
	for there, want := range map[bool]int{true: 0, false: 1} {
		patched := 0
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			switch {
			case r.Method == http.MethodPatch:
				patched++
			case !there:
				http.Error(w, "{}", http.StatusNotFound)
			}
		}))
		file := filepath.Join(t.TempDir(), "objects.yml")
		if err := os.WriteFile(file, []byte("--- # /api/v1/namespaces/a\nkind: Namespace\n"), 0o600); err != nil {
			t.Fatal(err)
		}
		err := apply(t.Context(), []string{"-server", server.URL, "-quiet", "-unless", "/api/v1/namespaces/a", file})
		server.Close()
		if err != nil || patched != want {
			t.Errorf("there %t: %d objects, %v", there, patched, err)
		}
	}
}
