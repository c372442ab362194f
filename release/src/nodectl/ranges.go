package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"net/http"
	"net/netip"
	"time"
)

type nodeList struct {
	Items []struct {
		Metadata struct{ Name string }
		Spec     struct {
			PodCIDR string `json:"podCIDR"`
		}
	}
}

// ranges gives nodes their pod ranges until the API is ready, and ends then.
//
// That is the controller manager's work, but it cannot begin before the API is
// ready, and a new cluster's nodes register seconds earlier. It must run only
// while no controller manager does, or one range would be given twice: before
// the start of the only one of a cluster with one master.
func ranges(ctx context.Context, args []string) error {
	flags := flag.NewFlagSet("ranges", flag.ContinueOnError)
	api := addClusterFlags(flags)
	cidr := flags.String("pod-cidr", "", "range of the pods' addresses")
	size := flags.Int("node-bits", 24, "prefix length of a node's range")
	timeout := flags.Duration("timeout", time.Hour, "how long to wait for the API")
	if err := flags.Parse(args); err != nil {
		return err
	}
	network, err := netip.ParsePrefix(*cidr)
	if err != nil {
		return err
	}
	c, err := api.open()
	if err != nil {
		return err
	}
	return retry(ctx, *timeout, func(ctx context.Context) error {
		if _, err := c.call(ctx, http.MethodGet, "/readyz", "", nil); err == nil {
			return nil
		}
		return errors.Join(errNotReady, c.giveRanges(ctx, network, *size))
	})
}

var errNotReady = errors.New("the API is not ready")

// giveRanges gives every node without a range the lowest that is free.
func (c *cluster) giveRanges(ctx context.Context, network netip.Prefix, size int) error {
	var nodes nodeList
	if err := c.get(ctx, "/api/v1/nodes", &nodes); err != nil {
		return err
	}
	used := map[string]bool{}
	for _, n := range nodes.Items {
		used[n.Spec.PodCIDR] = true
	}
	for _, n := range nodes.Items {
		if n.Spec.PodCIDR != "" {
			continue
		}
		free, err := lowestFree(network, size, used)
		if err != nil {
			return err
		}
		patch, err := json.Marshal(map[string]any{"spec": map[string]any{"podCIDR": free, "podCIDRs": []string{free}}})
		if err != nil {
			return err
		}
		if _, err := c.call(ctx, http.MethodPatch, nodesPath+n.Metadata.Name, mergePatch, patch); err != nil {
			return err
		}
		used[free] = true
		fmt.Println("gave node", n.Metadata.Name, "the range", free)
	}
	return nil
}

func lowestFree(network netip.Prefix, size int, used map[string]bool) (string, error) {
	first := network.Masked().Addr().As4()
	base := uint32(first[0])<<24 | uint32(first[1])<<16 | uint32(first[2])<<8 | uint32(first[3])
	for i := uint32(0); i < 1<<(size-network.Bits()); i++ {
		at := base + i<<(32-size)
		range4 := netip.PrefixFrom(netip.AddrFrom4([4]byte{byte(at >> 24), byte(at >> 16), byte(at >> 8), byte(at)}), size).String()
		if !used[range4] {
			return range4, nil
		}
	}
	return "", fmt.Errorf("no range is left in %s", network)
}
