package main

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
)

// fakeEtcd is the gateway of a member, for the three calls that change its
// members.
type fakeEtcd struct {
	members []etcdMember
	refuse  string // The call that is refused.
	calls   []string
}

func (f *fakeEtcd) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	what := r.URL.Path[strings.LastIndex(r.URL.Path, "/")+1:]
	var body struct {
		ID        string
		PeerURLs  []string `json:"peerURLs"`
		IsLearner bool     `json:"isLearner"`
	}
	text, _ := io.ReadAll(r.Body)
	_ = json.Unmarshal(text, &body)
	if what != "list" {
		f.calls = append(f.calls, what)
	}
	if what == f.refuse {
		http.Error(w, `{"message":"not enough started members"}`, http.StatusBadRequest)
		return
	}
	switch what {
	case "remove":
		f.members = slices.DeleteFunc(f.members, func(m etcdMember) bool { return m.ID == body.ID })
	case "add":
		f.members = append(f.members, etcdMember{ID: strconv.Itoa(90 + len(f.calls)), PeerURLs: body.PeerURLs, IsLearner: body.IsLearner})
	case "promote":
		for i := range f.members {
			if f.members[i].ID == body.ID {
				f.members[i].IsLearner = false
			}
		}
	}
	_ = json.NewEncoder(w).Encode(map[string]any{"members": f.members})
}

func started(id, name string) etcdMember {
	return etcdMember{ID: id, Name: name, PeerURLs: []string{"https://" + name + ":2380"}, ClientURLs: []string{"https://" + name + ":2379"}}
}

const all = "a=https://a:2380,b=https://b:2380,c=https://c:2380"

// testMembership is that of c, beside a and b. Without etcd nobody answers.
func testMembership(t *testing.T, etcd *fakeEtcd, formed bool, unknown error) *membership {
	t.Helper()
	server := "http://127.0.0.1:1"
	if etcd != nil {
		listener := httptest.NewServer(etcd)
		t.Cleanup(listener.Close)
		server = listener.URL
	}
	return &membership{
		name:   "c",
		peers:  map[string]string{"a": "https://a:2380", "b": "https://b:2380", "c": "https://c:2380"},
		others: &cluster{[]string{server}, http.DefaultClient},
		formed: func(context.Context) (bool, error) { return formed, unknown },
	}
}

func TestBeginsAClusterThatNeverWas(t *testing.T) {
	state, initial, err := testMembership(t, nil, false, nil).start(t.Context())
	if err != nil || state != "new" || initial != all {
		t.Fatal(state, initial, err)
	}
}

func TestWaitsWhenAClusterMayBeThere(t *testing.T) {
	if _, _, err := testMembership(t, nil, true, nil).start(t.Context()); err == nil || !strings.Contains(err.Error(), "a cluster was there") {
		t.Fatal(err)
	}
	if _, _, err := testMembership(t, nil, false, errors.New("b is down")).start(t.Context()); err == nil || !strings.Contains(err.Error(), "b is down") {
		t.Fatal(err)
	}
}

func TestJoinsTheBeginningOfTheOthers(t *testing.T) {
	late := etcdMember{ID: "3", Name: "c", PeerURLs: []string{"https://c:2380"}}
	etcd := &fakeEtcd{members: []etcdMember{started("1", "a"), started("2", "b"), late}}
	state, initial, err := testMembership(t, etcd, true, nil).start(t.Context())
	if err != nil || state != "new" || initial != all || len(etcd.calls) > 0 {
		t.Fatal(state, initial, err, etcd.calls)
	}
}

func TestComesBackWithoutItsDataAsALearnerAndGetsItsVote(t *testing.T) {
	etcd := &fakeEtcd{members: []etcdMember{started("1", "a"), started("2", "b"), started("3", "c")}}
	m := testMembership(t, etcd, true, nil)
	state, initial, err := m.start(t.Context())
	if err != nil || state != "existing" || initial != all || !slices.Equal(etcd.calls, []string{"remove", "add"}) {
		t.Fatal(state, initial, err, etcd.calls)
	}
	own, there := m.own(etcd.members)
	if !there || own.ID == "3" || !own.IsLearner {
		t.Fatalf("%+v", own)
	}
	// Cut off before it started: it is added already.
	if state, _, err := m.start(t.Context()); err != nil || state != "existing" || len(etcd.calls) != 2 {
		t.Fatal(state, err, etcd.calls)
	}
	if err := m.vote(t.Context()); err != nil {
		t.Fatal(err)
	}
	if own, _ = m.own(etcd.members); own.IsLearner {
		t.Fatalf("%+v", own)
	}
	if err := m.vote(t.Context()); err != nil || len(etcd.calls) != 3 {
		t.Fatal(err, etcd.calls)
	}
}

func TestAddsItselfWhenItWasOnlyRemoved(t *testing.T) {
	etcd := &fakeEtcd{members: []etcdMember{started("1", "a"), started("2", "b")}}
	state, initial, err := testMembership(t, etcd, true, nil).start(t.Context())
	if err != nil || state != "existing" || initial != all || !slices.Equal(etcd.calls, []string{"add"}) {
		t.Fatal(state, initial, err, etcd.calls)
	}
}

func TestLeavesTheMajorityAlone(t *testing.T) {
	etcd := &fakeEtcd{members: []etcdMember{started("1", "a"), started("2", "b"), started("3", "c")}, refuse: "remove"}
	_, _, err := testMembership(t, etcd, true, nil).start(t.Context())
	if err == nil || !strings.Contains(err.Error(), "not enough started members") || len(etcd.members) != 3 {
		t.Fatal(err, etcd.members)
	}
}

func TestTellsWhoKnowsTheTokenWhetherItWasPartOfACluster(t *testing.T) {
	data := t.TempDir()
	server := httptest.NewTLSServer(formedHandler(token, data))
	defer server.Close()
	masters := &cluster{[]string{server.Listener.Addr().String()}, server.Client()}
	if formed, err := askFormed(t.Context(), masters, token); formed || err != nil {
		t.Fatal(formed, err)
	}
	if err := os.WriteFile(filepath.Join(data, "formed"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if formed, err := askFormed(t.Context(), masters, token); !formed || err != nil {
		t.Fatal(formed, err)
	}
	if _, err := askFormed(t.Context(), masters, "another token of enough length"); err == nil {
		t.Fatal("a wrong token is taken")
	}
	masters.servers = append([]string{"127.0.0.1:1"}, masters.servers...)
	if formed, err := askFormed(t.Context(), masters, token); !formed || err != nil {
		t.Fatal("one that answers is enough to know it", formed, err)
	}
}

func TestNotesThatTheMemberWasPartOfACluster(t *testing.T) {
	data := t.TempDir()
	health := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	defer health.Close()
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	if err := memberSettle(ctx, []string{"-name", "a", "-peers", "a=https://a:2380", "-data", data, "-local", health.URL}); err != nil {
		t.Fatal(err)
	}
	if !exists(formedFile(data)) {
		t.Fatal("nothing noted")
	}
}
