// Command kubernetes is every Kubernetes and etcd program of a node in one
// binary. The name it is called by (a symbolic link, or its first argument)
// selects the program, so that a node carries their shared code once.
package main

import (
	"context"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	_ "time/tzdata" // CronJobs name time zones, and a node image has no zone files.

	"go.etcd.io/etcd/etcdctl/v3/ctlv3"
	"go.etcd.io/etcd/server/v3/etcdmain"
	_ "k8s.io/client-go/plugin/pkg/client/auth"
	"k8s.io/component-base/cli"
	"k8s.io/component-base/logs"
	_ "k8s.io/component-base/logs/json/register"
	_ "k8s.io/component-base/metrics/prometheus/clientgo"
	_ "k8s.io/component-base/metrics/prometheus/version"
	kubectl "k8s.io/kubectl/pkg/cmd"
	kubectlutil "k8s.io/kubectl/pkg/cmd/util"
	controllermanager "k8s.io/kubernetes/cmd/kube-controller-manager/app"
	proxy "k8s.io/kubernetes/cmd/kube-proxy/app"
	scheduler "k8s.io/kubernetes/cmd/kube-scheduler/app"
	kubelet "k8s.io/kubernetes/cmd/kubelet/app"
)

// programs maps a program's name to its main function. Each reads os.Args and
// returns the exit code.
var programs = map[string]func() int{
	"kube-apiserver":          func() int { return cli.Run(apiServerCommand()) },
	"kube-controller-manager": func() int { return cli.Run(controllermanager.NewControllerManagerCommand()) },
	"kube-scheduler":          func() int { return cli.Run(scheduler.NewSchedulerCommand()) },
	"kubelet":                 func() int { return cli.Run(kubelet.NewKubeletCommand(context.Background())) },
	"kube-proxy":              func() int { return cli.Run(proxy.NewProxyCommand()) },
	"kubectl":                 runKubectl,
	"etcd":                    func() int { etcdmain.Main(os.Args); return 0 },
	"etcdctl":                 func() int { ctlv3.MustStart(); return 0 },
}

func main() {
	run, err := choose()
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(2)
	}
	os.Exit(run())
}

// choose finds the program by the name of the binary; called by another name,
// it takes the first argument and removes it from os.Args.
func choose() (func() int, error) {
	if run, ok := programs[filepath.Base(os.Args[0])]; ok {
		return run, nil
	}
	if len(os.Args) > 1 {
		if run, ok := programs[filepath.Base(os.Args[1])]; ok {
			os.Args = os.Args[1:]
			return run, nil
		}
	}
	names := slices.Sorted(maps.Keys(programs))
	return nil, fmt.Errorf("usage: %s PROGRAM [ARGUMENT]..., with PROGRAM one of %s",
		filepath.Base(os.Args[0]), strings.Join(names, ", "))
}

func runKubectl() int {
	// The verbosity must be known before the command tree is built: building
	// it already looks for plugins and reads .kuberc.
	if _, err := logs.GlogSetter(kubectl.GetLogVerbosity(os.Args)); err != nil {
		fmt.Fprintln(os.Stderr, fmt.Errorf("kubectl: set verbosity: %w", err))
	}
	if err := cli.RunNoErrOutput(kubectl.NewDefaultKubectlCommand()); err != nil {
		kubectlutil.CheckErr(err) // Prints and exits.
		return 1
	}
	return 0
}
