// Command nodectl does on a node what a job's scripts need and a shell does
// badly: it issues certificates for addresses known only there, hands each
// worker its own, and talks to the cluster's API without kubectl's start-up.
package main

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"syscall"
)

var commands = []struct {
	name, summary string
	run           func(ctx context.Context, args []string) error
}{
	{"issue", "make certificates on this machine from authorities it holds", issue},
	{"serve", "give workers their own certificates", serve},
	{"member-start", "tell how etcd must begin on this machine", memberStart},
	{"member-settle", "give this machine's member its vote", memberSettle},
	{"enroll", "get this worker's certificates", enroll},
	{"wait", "wait until an address answers 200", waitReady},
	{"apply", "send objects to the cluster's API", apply},
	{"rollout", "wait until workloads run in their latest form", rollout},
	{"ranges", "give nodes their pod ranges until the API is ready", ranges},
	{"claim", "remove the node object that a predecessor of this machine left", claim},
	{"node-ready", "wait until this machine's node is ready", nodeReady},
	{"drain", "empty this machine's node", drain},
	{"taints", "give nodes the taints that they ask for", setTaints},
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM, syscall.SIGINT)
	code := dispatch(ctx, os.Args[1:])
	stop()
	os.Exit(code)
}

func dispatch(ctx context.Context, args []string) int {
	if len(args) > 0 {
		for _, command := range commands {
			if command.name == args[0] {
				if err := command.run(ctx, args[1:]); err != nil {
					fmt.Fprintf(os.Stderr, "nodectl %s: %v\n", command.name, err)
					return 1
				}
				return 0
			}
		}
	}
	fmt.Fprintln(os.Stderr, "usage: nodectl COMMAND [FLAG]...")
	for _, command := range commands {
		fmt.Fprintf(os.Stderr, "  %-13s %s\n", command.name, command.summary)
	}
	return 2
}
