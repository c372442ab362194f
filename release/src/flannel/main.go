// Command flanneld joins a machine to the cluster's pod network.
//
// It drives flannel's vxlan and host-gw backends with leases kept in the
// Kubernetes nodes' annotations, in the form that flannel's own kube subnet
// manager uses. It differs from flannel's program in three points: it leaves
// out the backends that need cloud libraries, it reacts to the node's pod range
// at once instead of looking every few seconds, and a machine that is no node
// (a master) can take part with -observer: it learns the routes to every pod
// and announces none.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/signal"
	"path/filepath"
	"sync"
	"syscall"
	"time"

	"github.com/flannel-io/flannel/pkg/backend"
	_ "github.com/flannel-io/flannel/pkg/backend/hostgw"
	_ "github.com/flannel-io/flannel/pkg/backend/vxlan"
	"github.com/flannel-io/flannel/pkg/ip"
	"github.com/flannel-io/flannel/pkg/subnet"
	"github.com/flannel-io/flannel/pkg/trafficmngr"
	"github.com/flannel-io/flannel/pkg/trafficmngr/iptables"
	"github.com/flannel-io/flannel/pkg/trafficmngr/nftables"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/tools/clientcmd"
	"k8s.io/klog/v2"
)

type options struct {
	kubeconfig, announceContext, nodeName, netConf, iface string
	subnetFile, cniConf, healthz                          string
	ipMasq, observer                                      bool
	resync                                                time.Duration
}

func parse(args []string) (options, error) {
	var o options
	flags := flag.NewFlagSet("flanneld", flag.ContinueOnError)
	flags.StringVar(&o.kubeconfig, "kubeconfig-file", "", "kubeconfig of a user that may read all nodes (required)")
	flags.StringVar(&o.announceContext, "announce-context", "", "context in the kubeconfig of the user that patches this node's status; default the current context")
	flags.StringVar(&o.nodeName, "node-name", os.Getenv("NODE_NAME"), "name of this machine's node object; default $NODE_NAME")
	flags.StringVar(&o.netConf, "net-config-path", "/etc/kube-flannel/net-conf.json", `network configuration, e.g. {"Network":"10.200.0.0/16","EnableNFTables":true,"Backend":{"Type":"vxlan"}}`)
	flags.StringVar(&o.iface, "iface", "", "name or IPv4 address of the interface to the other machines (required)")
	flags.StringVar(&o.subnetFile, "subnet-file", "/run/flannel/subnet.env", "file to write this node's subnet and MTU to")
	flags.StringVar(&o.cniConf, "cni-conf-file", "", "CNI configuration to write for containerd (bridge, host-local, portmap); empty for none")
	flags.StringVar(&o.healthz, "healthz-address", "", "HOST:PORT that answers /healthz once the network is up; empty for none")
	flags.BoolVar(&o.ipMasq, "ip-masq", true, "masquerade what pods send out of the pod network")
	flags.BoolVar(&o.observer, "observer", false, "learn the routes to all pods without being a node")
	flags.DurationVar(&o.resync, "rules-resync", 30*time.Second, "period of checking the iptables rules; nftables rules need none")
	klog.InitFlags(flags)
	if err := flags.Parse(args); err != nil {
		return o, err
	}
	switch {
	case o.kubeconfig == "":
		return o, errors.New("-kubeconfig-file is missing")
	case o.iface == "":
		return o, errors.New("-iface is missing")
	case o.nodeName == "" && !o.observer:
		return o, errors.New("-node-name is missing")
	}
	return o, nil
}

func main() {
	o, err := parse(os.Args[1:])
	if errors.Is(err, flag.ErrHelp) {
		return
	}
	if err == nil {
		ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM)
		defer stop()
		err = run(ctx, o)
	}
	if err != nil && !errors.Is(err, context.Canceled) {
		fmt.Fprintln(os.Stderr, "flanneld:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, o options) error {
	raw, err := os.ReadFile(o.netConf)
	if err != nil {
		return fmt.Errorf("read network configuration: %w", err)
	}
	config, err := subnet.ParseConfig(string(raw))
	if err != nil {
		return fmt.Errorf("parse network configuration %s: %w", o.netConf, err)
	}
	if config.EnableIPv6 || !config.EnableIPv4 || config.Network.Empty() {
		return fmt.Errorf("network configuration %s: exactly one IPv4 Network is supported", o.netConf)
	}
	external, err := externalInterface(o.iface)
	if err != nil {
		return err
	}
	client, err := connect(o.kubeconfig, "")
	if err != nil {
		return err
	}
	var announce kubernetes.Interface
	if !o.observer {
		if announce, err = connect(o.kubeconfig, o.announceContext); err != nil {
			return err
		}
	}

	leases := newLeases(client, announce, config, o.nodeName, o.observer)
	if err := leases.start(ctx); err != nil {
		return err
	}
	be, err := backend.NewManager(ctx, leases, external).GetBackend(config.BackendType)
	if err != nil {
		return fmt.Errorf("create backend: %w", err)
	}
	var background sync.WaitGroup
	defer background.Wait()
	network, err := be.RegisterNetwork(ctx, &background, config)
	if err != nil {
		return fmt.Errorf("register network: %w", err)
	}
	if !o.observer {
		if err := admitPods(ctx, o, config, network); err != nil {
			return err
		}
	}
	if err := serveHealth(ctx, o.healthz); err != nil {
		return err
	}
	klog.InfoS("Pod network is up", "backend", config.BackendType, "subnet", network.Lease().Subnet, "mtu", network.MTU(), "observer", o.observer)
	network.Run(ctx)
	return ctx.Err()
}

// connect makes a client for a context of a kubeconfig; an empty one is the
// current context.
func connect(kubeconfig, context string) (kubernetes.Interface, error) {
	config, err := clientcmd.NewNonInteractiveDeferredLoadingClientConfig(
		&clientcmd.ClientConfigLoadingRules{ExplicitPath: kubeconfig},
		&clientcmd.ConfigOverrides{CurrentContext: context}).ClientConfig()
	if err != nil {
		return nil, fmt.Errorf("read kubeconfig: %w", err)
	}
	client, err := kubernetes.NewForConfig(config)
	if err != nil {
		return nil, fmt.Errorf("create Kubernetes client: %w", err)
	}
	return client, nil
}

// admitPods lets pods start here: rules first, then the files that containerd
// waits for.
func admitPods(ctx context.Context, o options, config *subnet.Config, network backend.Network) error {
	var rules trafficmngr.TrafficManager = &iptables.IPTablesManager{}
	if config.EnableNFTables {
		rules = &nftables.NFTablesManager{}
	}
	if err := rules.Init(ctx); err != nil {
		return fmt.Errorf("prepare packet rules: %w", err)
	}
	lease := network.Lease()
	resync := int(o.resync.Seconds())
	if o.ipMasq {
		if err := rules.SetupAndEnsureMasqRules(ctx, config.Network, lease.Subnet, config.Network, ip.IP6Net{}, ip.IP6Net{}, ip.IP6Net{}, lease, resync, false); err != nil {
			return fmt.Errorf("masquerade: %w", err)
		}
	}
	rules.SetupAndEnsureForwardRules(ctx, config.Network, ip.IP6Net{}, resync)

	if err := subnet.WriteSubnetFile(o.subnetFile, config, o.ipMasq, lease.Subnet, ip.IP6Net{}, network.MTU()); err != nil {
		return fmt.Errorf("write subnet file: %w", err)
	}
	if o.cniConf == "" {
		return nil
	}
	conf, err := cniConf(lease.Subnet.String(), config.Network.String(), network.MTU())
	if err != nil {
		return err
	}
	if err := replaceFile(o.cniConf, conf); err != nil {
		return fmt.Errorf("write CNI configuration: %w", err)
	}
	return nil
}

// cniConf is the list of CNI plugins for a node: a bridge with the node's
// subnet, and host ports. Addresses in use are kept below /run, so that a node
// that lost its containers in a reboot has lost their addresses too.
func cniConf(podSubnet, podNetwork string, mtu int) ([]byte, error) {
	type object = map[string]any
	conf, err := json.MarshalIndent(object{
		"cniVersion": "1.0.0",
		"name":       "pods",
		"plugins": []object{
			{
				"type": "bridge", "bridge": "cni0", "mtu": mtu,
				"isGateway": true, "isDefaultGateway": true, "hairpinMode": true, "ipMasq": false,
				"ipam": object{
					"type": "host-local", "dataDir": "/run/cni/networks",
					"ranges": [][]object{{{"subnet": podSubnet}}},
					"routes": []object{{"dst": podNetwork}},
				},
			},
			{"type": "portmap", "capabilities": object{"portMappings": true}},
		},
	}, "", "  ")
	if err != nil {
		return nil, fmt.Errorf("encode CNI configuration: %w", err)
	}
	return append(conf, '\n'), nil
}

// replaceFile writes beside the file and renames: containerd watches the
// folder and must never read half a file.
func replaceFile(path string, content []byte) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	temporary := filepath.Join(filepath.Dir(path), "."+filepath.Base(path)+".new")
	if err := os.WriteFile(temporary, content, 0o644); err != nil {
		return err
	}
	return os.Rename(temporary, path)
}

func externalInterface(nameOrAddress string) (*backend.ExternalInterface, error) {
	interfaces, err := net.Interfaces()
	if err != nil {
		return nil, fmt.Errorf("list interfaces: %w", err)
	}
	for _, candidate := range interfaces {
		addresses, err := candidate.Addrs()
		if err != nil {
			return nil, fmt.Errorf("addresses of %s: %w", candidate.Name, err)
		}
		for _, address := range addresses {
			prefix, ok := address.(*net.IPNet)
			if !ok || prefix.IP.To4() == nil {
				continue
			}
			if candidate.Name == nameOrAddress || prefix.IP.String() == nameOrAddress {
				return &backend.ExternalInterface{
					Iface: &candidate, IfaceName: candidate.Name,
					IfaceAddr: prefix.IP, ExtAddr: prefix.IP,
				}, nil
			}
		}
	}
	return nil, fmt.Errorf("no interface with an IPv4 address is called, or has, %s", nameOrAddress)
}

func serveHealth(ctx context.Context, address string) error {
	if address == "" {
		return nil
	}
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", address)
	if err != nil {
		return fmt.Errorf("serve health: %w", err)
	}
	mux := http.NewServeMux()
	mux.HandleFunc("/healthz", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprintln(w, "ok") })
	server := &http.Server{Handler: mux, ReadHeaderTimeout: 5 * time.Second}
	context.AfterFunc(ctx, func() { _ = server.Close() })
	go func() {
		if err := server.Serve(listener); err != nil && !errors.Is(err, http.ErrServerClosed) {
			klog.ErrorS(err, "Health server ended")
		}
	}()
	return nil
}
