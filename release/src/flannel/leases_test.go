package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/flannel-io/flannel/pkg/ip"
	"github.com/flannel-io/flannel/pkg/lease"
	"github.com/flannel-io/flannel/pkg/subnet"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/rest"
)

func node(name, podRange string, annotations map[string]string) *corev1.Node {
	return &corev1.Node{
		TypeMeta:   metav1.TypeMeta{APIVersion: "v1", Kind: "Node"},
		ObjectMeta: metav1.ObjectMeta{Name: name, UID: "uid-1", ResourceVersion: "1", Annotations: annotations},
		Spec:       corev1.NodeSpec{PodCIDR: podRange},
	}
}

func joined(name, podRange, address string) *corev1.Node {
	return node(name, podRange, map[string]string{
		annotationIP: address, annotationType: "vxlan", annotationManaged: "true",
		annotationData: `{"VNI":1,"VtepMAC":"0a:00:00:00:00:01"}`,
	})
}

// apiserver answers for the nodes of a small cluster. A node whose name is not
// there yet appears after it was asked for a few times.
type apiserver struct {
	*testing.T
	lock    sync.Mutex
	own     *corev1.Node
	asked   int
	patched []byte
	others  []corev1.Node
	events  chan any
}

func (a *apiserver) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	a.lock.Lock()
	defer a.lock.Unlock()
	w.Header().Set("Content-Type", "application/json")
	reply := func(value any) { _ = json.NewEncoder(w).Encode(value) }
	switch {
	case r.Method == http.MethodPatch && r.URL.Path == "/api/v1/nodes/n1/status":
		a.patched, _ = io.ReadAll(r.Body)
		reply(a.own)
	case r.URL.Path == "/api/v1/nodes/n1":
		a.asked++
		switch a.asked {
		case 1:
			w.WriteHeader(http.StatusNotFound)
			reply(metav1.Status{TypeMeta: metav1.TypeMeta{APIVersion: "v1", Kind: "Status"}, Reason: metav1.StatusReasonNotFound, Code: http.StatusNotFound})
		case 2:
			reply(node("n1", "", nil))
		default:
			reply(a.own)
		}
	case r.URL.Query().Get("watch") != "" && r.URL.Query().Get("sendInitialEvents") != "":
		w.WriteHeader(http.StatusBadRequest) // The client falls back to list and watch.
		reply(metav1.Status{TypeMeta: metav1.TypeMeta{APIVersion: "v1", Kind: "Status"}, Reason: metav1.StatusReasonInvalid, Code: http.StatusUnprocessableEntity})
	case r.URL.Query().Get("watch") != "":
		a.lock.Unlock()
		defer a.lock.Lock()
		w.(http.Flusher).Flush()
		for {
			select {
			case event := <-a.events:
				reply(event)
				w.(http.Flusher).Flush()
			case <-r.Context().Done():
				return
			}
		}
	case r.URL.Path == "/api/v1/nodes":
		reply(corev1.NodeList{TypeMeta: metav1.TypeMeta{APIVersion: "v1", Kind: "NodeList"}, ListMeta: metav1.ListMeta{ResourceVersion: "1"}, Items: a.others})
	default:
		a.Errorf("unexpected %s %s", r.Method, r.URL)
	}
}

func start(t *testing.T, server *apiserver, observer bool) (context.Context, *leases) {
	t.Helper()
	server.T, server.events = t, make(chan any)
	listening := httptest.NewServer(server)
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	t.Cleanup(func() { cancel(); listening.CloseClientConnections(); listening.Close() })
	client, err := kubernetes.NewForConfig(&rest.Config{Host: listening.URL, ContentConfig: rest.ContentConfig{ContentType: "application/json"}})
	if err != nil {
		t.Fatal(err)
	}
	config, err := subnet.ParseConfig(`{"Network":"10.200.0.0/16","Backend":{"Type":"vxlan"}}`)
	if err != nil {
		t.Fatal(err)
	}
	made := newLeases(client, client, config, "n1", observer)
	if err := made.start(ctx); err != nil {
		t.Fatal(err)
	}
	return ctx, made
}

func TestANodeWaitsForItsRangeAndAnnouncesItself(t *testing.T) {
	server := &apiserver{own: node("n1", "10.200.3.0/24", nil)}
	ctx, made := start(t, server, false)
	if server.asked < 3 {
		t.Errorf("did not wait for the range: asked %d times", server.asked)
	}
	got, err := made.AcquireLease(ctx, &lease.LeaseAttrs{PublicIP: ip.MustParseIP4("100.96.0.5"), BackendType: "host-gw"})
	if err != nil {
		t.Fatal(err)
	}
	if got.Subnet.String() != "10.200.3.0/24" {
		t.Errorf("subnet %s", got.Subnet)
	}
	for _, part := range []string{`"flannel.alpha.coreos.com/public-ip":"100.96.0.5"`, `"flannel.alpha.coreos.com/backend-type":"host-gw"`, `"NetworkUnavailable"`} {
		if !strings.Contains(string(server.patched), part) {
			t.Errorf("%s is not in %s", part, server.patched)
		}
	}
}

func TestRefusesARangeOutsideTheNetwork(t *testing.T) {
	ctx, made := start(t, &apiserver{own: node("n1", "10.99.3.0/24", nil)}, false)
	if _, err := made.AcquireLease(ctx, &lease.LeaseAttrs{}); err == nil || !strings.Contains(err.Error(), "outside") {
		t.Errorf("got %v", err)
	}
}

func TestAnObserverAnnouncesNothingAndFollowsTheNodes(t *testing.T) {
	server := &apiserver{others: []corev1.Node{*joined("n2", "10.200.2.0/24", "100.96.0.2"), *node("new", "", nil)}}
	ctx, made := start(t, server, true)
	own, err := made.AcquireLease(ctx, &lease.LeaseAttrs{PublicIP: ip.MustParseIP4("100.96.0.1")})
	if err != nil || own.Subnet.String() != "100.96.0.1/32" || server.patched != nil {
		t.Errorf("lease %v, patch %q, %v", own, server.patched, err)
	}
	results := make(chan []lease.LeaseWatchResult)
	go func() { _ = made.WatchLeases(ctx, results) }()
	next := func() string {
		select {
		case result := <-results:
			event := result[0].Events[0]
			return fmt.Sprint(event.Type, " ", event.Lease.Subnet, " ", event.Lease.Attrs.PublicIP)
		case <-ctx.Done():
			t.Fatal("no event")
			return ""
		}
	}
	if got := next(); got != "0 10.200.2.0/24 100.96.0.2" {
		t.Errorf("first %s", got)
	}
	type event struct {
		Type   string       `json:"type"`
		Object *corev1.Node `json:"object"`
	}
	same := joined("n2", "10.200.2.0/24", "100.96.0.2")
	same.Labels = map[string]string{"irrelevant": "change"}
	for _, one := range []event{
		{"MODIFIED", same},
		{"ADDED", joined("n3", "10.200.3.0/24", "100.96.0.3")},
		{"DELETED", same},
	} {
		server.events <- one
	}
	if got := next(); got != "0 10.200.3.0/24 100.96.0.3" {
		t.Errorf("second %s", got)
	}
	if got := next(); got != "1 10.200.2.0/24 100.96.0.2" {
		t.Errorf("third %s", got)
	}
}

func TestARestartedNodeKeepsItsDevicesAddress(t *testing.T) {
	made := &leases{own: joined("n1", "10.200.1.0/24", "100.96.0.1")}
	if mac, _ := made.GetStoredMacAddresses(t.Context()); mac != "0a:00:00:00:00:01" {
		t.Errorf("got %q", mac)
	}
	made.own = node("n1", "10.200.1.0/24", nil)
	if mac, _ := made.GetStoredMacAddresses(t.Context()); mac != "" {
		t.Errorf("made up %q", mac)
	}
}

func TestTakesTheIPv4RangeOfTwo(t *testing.T) {
	both := node("n", "fd00::/64", nil)
	both.Spec.PodCIDRs = []string{"fd00::/64", "10.200.9.0/24"}
	if got, err := podRange(both); err != nil || got.String() != "10.200.9.0/24" {
		t.Errorf("got %s, %v", got, err)
	}
	if _, err := podRange(node("n", "fd00::/64", nil)); err == nil {
		t.Error("took an IPv6 range")
	}
}

func TestNamesWhatIsMissing(t *testing.T) {
	for argument, args := range map[string][]string{
		"kubeconfig-file": {"-iface", "eth0", "-node-name", "n"},
		"iface":           {"-kubeconfig-file", "k", "-node-name", "n"},
		"node-name":       {"-kubeconfig-file", "k", "-iface", "eth0", "-node-name="},
	} {
		if _, err := parse(args); err == nil || !strings.Contains(err.Error(), argument) {
			t.Errorf("%v: got %v", args, err)
		}
	}
	if _, err := parse([]string{"-kubeconfig-file", "k", "-iface", "eth0", "-node-name=", "-observer"}); err != nil {
		t.Errorf("an observer needs no name: %v", err)
	}
}

func TestTheCNIConfigurationHasTheNodesRange(t *testing.T) {
	conf, err := cniConf("10.200.3.0/24", "10.200.0.0/16", 1450)
	if err != nil {
		t.Fatal(err)
	}
	var read struct {
		Plugins []struct {
			Type string `json:"type"`
			MTU  int    `json:"mtu"`
			IPAM struct {
				Ranges [][]map[string]string `json:"ranges"`
			} `json:"ipam"`
		} `json:"plugins"`
	}
	if err := json.Unmarshal(conf, &read); err != nil {
		t.Fatal(err)
	}
	if bridge := read.Plugins[0]; bridge.Type != "bridge" || bridge.MTU != 1450 || bridge.IPAM.Ranges[0][0]["subnet"] != "10.200.3.0/24" {
		t.Errorf("got %s", conf)
	}
}
