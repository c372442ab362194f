package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/netip"
	"strings"
	"sync"
	"time"

	"github.com/flannel-io/flannel/pkg/ip"
	"github.com/flannel-io/flannel/pkg/lease"
	"github.com/flannel-io/flannel/pkg/subnet"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/fields"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/tools/cache"
	"k8s.io/klog/v2"
)

// The annotations that carry a node's lease, shared with flannel's own program.
const (
	annotationData    = "flannel.alpha.coreos.com/backend-data"
	annotationType    = "flannel.alpha.coreos.com/backend-type"
	annotationIP      = "flannel.alpha.coreos.com/public-ip"
	annotationManaged = "flannel.alpha.coreos.com/kube-subnet-manager"
)

// poll is how long to wait between two looks at an apiserver that does not
// answer yet, or at a node that has no pod range yet.
const poll = 50 * time.Millisecond

// queued is how many lease changes may wait for the backend. The informer
// blocks when it is full, and goes on where it stopped.
const queued = 1024

var errNotKept = errors.New("leases kept in node annotations need no renewal")

// leases implements flannel's subnet.Manager on Kubernetes nodes.
type leases struct {
	client   kubernetes.Interface // Reads all nodes.
	announce kubernetes.Interface // Patches this node; nil for an observer.
	config   *subnet.Config
	nodeName string
	observer bool
	own      *corev1.Node // Set by start, unless observer.
	events   chan lease.Event
}

var _ subnet.Manager = (*leases)(nil)

func newLeases(client, announce kubernetes.Interface, config *subnet.Config, nodeName string, observer bool) *leases {
	return &leases{client: client, announce: announce, config: config, nodeName: nodeName, observer: observer, events: make(chan lease.Event, queued)}
}

// start waits for the apiserver and for this node's pod range, then follows all
// nodes in the background until ctx ends.
func (l *leases) start(ctx context.Context) error {
	if err := l.waitForNode(ctx); err != nil {
		return err
	}
	send := func(kind lease.EventType, node *corev1.Node) {
		if node.Annotations[annotationManaged] != "true" {
			return
		}
		one, err := leaseOf(node)
		if err != nil {
			klog.ErrorS(err, "Node has no usable lease", "node", node.Name)
			return
		}
		select {
		case l.events <- lease.Event{Type: kind, Lease: one}:
		case <-ctx.Done():
		}
	}
	_, controller := cache.NewInformerWithOptions(cache.InformerOptions{
		ListerWatcher: cache.NewListWatchFromClient(l.client.CoreV1().RESTClient(), "nodes", "", fields.Everything()),
		ObjectType:    &corev1.Node{},
		Handler: cache.ResourceEventHandlerFuncs{
			AddFunc: func(object any) { send(lease.EventAdded, object.(*corev1.Node)) },
			UpdateFunc: func(before, after any) {
				old, node := before.(*corev1.Node), after.(*corev1.Node)
				if sameLease(old, node) {
					return
				}
				if old.UID != node.UID {
					send(lease.EventRemoved, old)
				}
				send(lease.EventAdded, node)
			},
			DeleteFunc: func(object any) {
				if last, ok := object.(cache.DeletedFinalStateUnknown); ok {
					object = last.Obj
				}
				if node, ok := object.(*corev1.Node); ok {
					send(lease.EventRemoved, node)
				}
			},
		},
	})
	go controller.RunWithContext(ctx)
	return nil
}

func (l *leases) waitForNode(ctx context.Context) error {
	ticker := time.NewTicker(poll)
	defer ticker.Stop()
	last := ""
	for {
		waiting, err := l.look(ctx)
		if err == nil && waiting == "" {
			return nil
		}
		if err != nil {
			waiting = err.Error()
		}
		if waiting != last { // Say each reason once, not twenty times a second.
			klog.InfoS("Waiting", "for", waiting)
			last = waiting
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-ticker.C:
		}
	}
}

func (l *leases) look(ctx context.Context) (waiting string, err error) {
	if l.observer {
		_, err := l.client.CoreV1().Nodes().List(ctx, metav1.ListOptions{Limit: 1})
		return "", err
	}
	node, err := l.client.CoreV1().Nodes().Get(ctx, l.nodeName, metav1.GetOptions{})
	if err != nil {
		return "", err
	}
	if node.Spec.PodCIDR == "" {
		return "the node's pod range", nil
	}
	l.own = node
	return "", nil
}

// AcquireLease announces this node's backend data and says that its network is
// available, in one patch. An observer gets a lease on its own address, which
// nobody else sees.
func (l *leases) AcquireLease(ctx context.Context, attrs *lease.LeaseAttrs) (*lease.Lease, error) {
	expiration := time.Now().Add(24 * time.Hour) // Never read: annotations do not expire.
	if l.observer {
		return &lease.Lease{
			EnableIPv4: true, Attrs: *attrs, Expiration: expiration,
			Subnet: ip.IP4Net{IP: attrs.PublicIP, PrefixLen: 32},
		}, nil
	}
	podRange, err := podRange(l.own)
	if err != nil {
		return nil, err
	}
	if !l.config.Network.ContainsCIDR(&podRange) {
		return nil, fmt.Errorf("pod range %s of node %s is outside the network %s", podRange, l.nodeName, l.config.Network)
	}
	data, err := attrs.BackendData.MarshalJSON()
	if err != nil {
		return nil, fmt.Errorf("encode backend data: %w", err)
	}
	now := metav1.Now()
	patch, err := json.Marshal(map[string]any{
		"metadata": map[string]any{"annotations": map[string]string{
			annotationData: string(data), annotationType: attrs.BackendType,
			annotationIP: attrs.PublicIP.String(), annotationManaged: "true",
		}},
		"status": map[string]any{"conditions": []corev1.NodeCondition{{
			Type: corev1.NodeNetworkUnavailable, Status: corev1.ConditionFalse, Reason: "FlannelIsUp",
			Message: "flannel is running on this node", LastTransitionTime: now, LastHeartbeatTime: now,
		}}},
	})
	if err != nil {
		return nil, fmt.Errorf("encode lease: %w", err)
	}
	if _, err := l.announce.CoreV1().Nodes().Patch(ctx, l.nodeName, types.StrategicMergePatchType, patch, metav1.PatchOptions{}, "status"); err != nil {
		return nil, fmt.Errorf("announce lease of node %s: %w", l.nodeName, err)
	}
	return &lease.Lease{EnableIPv4: true, Subnet: podRange, Attrs: *attrs, Expiration: expiration}, nil
}

// WatchLeases hands every node's lease to the backend, then each change.
func (l *leases) WatchLeases(ctx context.Context, receiver chan []lease.LeaseWatchResult) error {
	defer close(receiver)
	for {
		select {
		case event := <-l.events:
			select {
			case receiver <- []lease.LeaseWatchResult{{Events: []lease.Event{event}}}:
			case <-ctx.Done():
				return ctx.Err()
			}
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// GetStoredMacAddresses returns the vxlan device's address that this node
// announced before, so that a restart does not cut off its neighbours.
func (l *leases) GetStoredMacAddresses(context.Context) (string, string) {
	if l.own == nil {
		return "", ""
	}
	var data struct{ VtepMAC string }
	if err := json.Unmarshal([]byte(l.own.Annotations[annotationData]), &data); err != nil {
		return "", ""
	}
	return data.VtepMAC, ""
}

func (l *leases) GetNetworkConfig(context.Context) (*subnet.Config, error) { return l.config, nil }

func (l *leases) GetStoredPublicIP(context.Context) (string, string) { return "", "" }

func (l *leases) Name() string { return "nodes' annotations" }

func (l *leases) RenewLease(context.Context, *lease.Lease) error { return errNotKept }

func (l *leases) CompleteLease(context.Context, *lease.Lease, *sync.WaitGroup) error { return nil }

func (l *leases) WatchLease(context.Context, ip.IP4Net, ip.IP6Net, chan []lease.LeaseWatchResult) error {
	return errNotKept
}

func (l *leases) HandleSubnetFile(path string, config *subnet.Config, masquerade bool, range4 ip.IP4Net, range6 ip.IP6Net, mtu int) error {
	return subnet.WriteSubnetFile(path, config, masquerade, range4, range6, mtu)
}

func sameLease(a, b *corev1.Node) bool {
	for _, key := range []string{annotationData, annotationType, annotationIP, annotationManaged} {
		if a.Annotations[key] != b.Annotations[key] {
			return false
		}
	}
	return a.UID == b.UID && a.Spec.PodCIDR == b.Spec.PodCIDR
}

func leaseOf(node *corev1.Node) (lease.Lease, error) {
	podRange, err := podRange(node)
	if err != nil {
		return lease.Lease{}, err
	}
	address, err := ip.ParseIP4(node.Annotations[annotationIP])
	if err != nil {
		return lease.Lease{}, fmt.Errorf("address of node %s: %w", node.Name, err)
	}
	one := lease.Lease{EnableIPv4: true, Subnet: podRange}
	one.Attrs.PublicIP = address
	one.Attrs.BackendType = node.Annotations[annotationType]
	if data := node.Annotations[annotationData]; data != "" && !strings.EqualFold(data, "null") {
		one.Attrs.BackendData = json.RawMessage(data)
	}
	return one, nil
}

// podRange is the node's IPv4 pod range.
func podRange(node *corev1.Node) (ip.IP4Net, error) {
	ranges := node.Spec.PodCIDRs
	if len(ranges) == 0 {
		ranges = []string{node.Spec.PodCIDR}
	}
	for _, text := range ranges {
		prefix, err := netip.ParsePrefix(text)
		if err != nil {
			return ip.IP4Net{}, fmt.Errorf("pod range of node %s: %w", node.Name, err)
		}
		if prefix.Addr().Is4() {
			return ip.IP4Net{IP: ip.FromBytes(prefix.Addr().AsSlice()), PrefixLen: uint(prefix.Bits())}, nil
		}
	}
	return ip.IP4Net{}, fmt.Errorf("node %s has no IPv4 pod range", node.Name)
}
