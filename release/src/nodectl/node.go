package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"
)

const (
	labelID           = "bosh.id"
	annotationDrained = "openpks.org/drained" // On nodes that drain made unschedulable.
	annotationMirror  = "kubernetes.io/config.mirror"
	mergePatch        = "application/merge-patch+json"
	nodesPath         = "/api/v1/nodes/"
)

type node struct {
	Metadata struct {
		Name, ResourceVersion string
		Labels, Annotations   map[string]string
	}
	Spec struct {
		Unschedulable bool
		Taints        []taint
	}
	Status struct {
		Conditions []struct {
			Type, Status, Reason, Message string
			LastHeartbeatTime             time.Time
		}

		VolumesAttached []struct{ Name string }
	}
}

type podList struct{ Items []pod }

type pod struct {
	Metadata struct {
		Namespace, Name, UID string
		Annotations          map[string]string
		OwnerReferences      []struct {
			Kind       string
			Controller bool
		}
	}
	Spec struct {
		Volumes []struct {
			EmptyDir *struct{} `json:"emptyDir"`
		}
	}
	Status struct{ Phase string }
}

// budgetPatience is how long a budget may hold a pod of the cluster's own add-ons.
// With another worker their next pod runs long before; where there is none, as
// after scaling down to one, no waiting helps.
var budgetPatience = 30 * time.Second

// ours tells the cluster's own add-ons from what its users run.
func (p pod) ours() bool { return p.Metadata.Namespace == "kube-system" }

func (p pod) String() string { return p.Metadata.Namespace + "/" + p.Metadata.Name }

// controller is the kind of what will make the pod anew; empty for nothing.
func (p pod) controller() string {
	for _, owner := range p.Metadata.OwnerReferences {
		if owner.Controller {
			return owner.Kind
		}
	}
	return ""
}

func (p pod) over() bool { return p.Status.Phase == "Succeeded" || p.Status.Phase == "Failed" }

func (p pod) hasLocalData() bool {
	for _, volume := range p.Spec.Volumes {
		if volume.EmptyDir != nil {
			return true
		}
	}
	return false
}

// nodeFlags are the flags of commands about this machine's node.
type nodeFlags struct {
	clusterFlags
	name *string
}

func addNodeFlags(flags *flag.FlagSet) nodeFlags {
	return nodeFlags{addClusterFlags(flags), flags.String("name", "", "the node's name")}
}

// claim deletes the node object of this name that belongs to another machine:
// one that had the address before and went without notice. An API that does
// not answer is no failure, because the first machines start before it.
func claim(ctx context.Context, args []string) error {
	flags := flag.NewFlagSet("claim", flag.ContinueOnError)
	api := addNodeFlags(flags)
	id := flags.String("bosh-id", "", "this machine's id, the label bosh.id of its node")
	if err := flags.Parse(args); err != nil {
		return err
	}
	c, err := api.open()
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	var n node
	if err := c.get(ctx, nodesPath+*api.name, &n); err != nil || n.Metadata.Labels[labelID] == *id {
		return nil
	}
	fmt.Printf("removing node %s of machine %q\n", *api.name, n.Metadata.Labels[labelID])
	_, err = c.call(ctx, http.MethodDelete, nodesPath+*api.name, "", nil)
	return err
}

// nodeReady waits for the node of this machine, as its kubelet reports it since
// a moment, and lets pods on it again when drain had emptied it.
func nodeReady(ctx context.Context, args []string) error {
	flags := flag.NewFlagSet("node-ready", flag.ContinueOnError)
	api := addNodeFlags(flags)
	id := flags.String("bosh-id", "", "the label bosh.id that it must have")
	since := flags.Int64("since", 0, "when its kubelet was started, in seconds since 1970: an older report is that of the one before")
	timeout := flags.Duration("timeout", 10*time.Minute, "how long to wait")
	labels := flags.String("labels", "", "the labels (k=v,...) that the node shall have beside those that it needs")
	taints := flags.String("taints", "", "the taints (k=v:Effect,...) that the node shall have; only an administrator can change them")
	started := addStartsFlag(flags)
	if err := flags.Parse(args); err != nil {
		return err
	}
	c, err := api.open()
	if err != nil {
		return err
	}
	var hopeless error
	err = retry(ctx, *timeout, func(ctx context.Context) error {
		if hopeless = started.check(); hopeless != nil {
			return nil
		}
		var n node
		if err := c.get(ctx, nodesPath+*api.name, &n); err != nil {
			return err
		}
		if n.Metadata.Labels[labelID] != *id {
			return fmt.Errorf("node %s is still another machine's", *api.name)
		}
		if waiting := n.notReady(time.Unix(*since, 0)); waiting != "" {
			return fmt.Errorf("node %s is not ready: %s", *api.name, waiting)
		}
		if err := c.describe(ctx, *api.name, n, *labels, *taints); err != nil {
			return err
		}
		if n.Metadata.Annotations[annotationDrained] == "" {
			return nil
		}
		return c.mark(ctx, *api.name, false)
	})
	return errors.Join(hopeless, err)
}

// notReady says why a node is not ready. A node stays ready for a while after
// its kubelet has ended, so only what was reported since a moment counts.
func (n node) notReady(since time.Time) string {
	for _, condition := range n.Status.Conditions {
		if condition.Type == "Ready" {
			if condition.LastHeartbeatTime.Before(since) {
				return "its kubelet has not reported since it was started"
			}
			if condition.Status == "True" {
				return ""
			}
			return condition.Message
		}
	}
	return "it has not reported yet"
}

// mark makes a node unschedulable in drain's name, or takes that back.
func (c *cluster) mark(ctx context.Context, name string, drained bool) error {
	var unschedulable, annotation any // nil removes.
	if drained {
		unschedulable, annotation = true, "true"
	}

	patch, err := json.Marshal(map[string]any{
		"metadata": map[string]any{"annotations": map[string]any{annotationDrained: annotation}},
		"spec":     map[string]any{"unschedulable": unschedulable},
	})
	if err != nil {
		return err
	}
	_, err = c.call(ctx, http.MethodPatch, nodesPath+name, mergePatch, patch)
	return err
}

// drainRules say which pods may be sent away, as the options of kubectl drain.
type drainRules struct {
	grace                                   int
	force, ignoreDaemonSets, localData, now bool
}

// drain makes the node unschedulable and evicts its pods. It runs with the
// node's own rights, which reach no other node's pods; kubectl would need more,
// because it asks for each pod by name after the pod is gone.
func drain(ctx context.Context, args []string) error {
	flags := flag.NewFlagSet("drain", flag.ContinueOnError)
	api := addNodeFlags(flags)
	var rules drainRules
	flags.IntVar(&rules.grace, "grace", -1, "seconds that pods have to end; -1 is each pod's own")
	flags.BoolVar(&rules.force, "force", false, "also pods that nothing makes anew")
	flags.BoolVar(&rules.ignoreDaemonSets, "ignore-daemonsets", false, "leave pods of DaemonSets")
	flags.BoolVar(&rules.localData, "delete-local-data", false, "also pods with emptyDir volumes")
	flags.BoolVar(&rules.now, "force-node", false, "after the timeout delete what is left without grace")
	timeout := flags.Duration("timeout", 0, "when to give up; 0 is never")
	remove := flags.Bool("remove", false, "then remove the node from the cluster")
	if err := flags.Parse(args); err != nil {
		return err
	}
	c, err := api.open()
	if err != nil {
		return err
	}
	if *timeout <= 0 {
		*timeout = 10 * 365 * 24 * time.Hour
	}
	known := false
	err = retry(ctx, time.Minute, func(ctx context.Context) error {
		var n node
		err := c.get(ctx, nodesPath+*api.name, &n)
		if isStatus(err, http.StatusNotFound) {
			return nil
		}
		known = err == nil
		if err != nil || n.Spec.Unschedulable { // An operator's own cordon outlives the drain.
			return err
		}
		return c.mark(ctx, *api.name, true)
	})
	if err != nil || !known {
		return err
	}
	err = c.empty(ctx, *api.name, rules, *timeout)
	if err != nil && rules.now && ctx.Err() == nil {
		fmt.Println("out of time, deleting what is left:", err)
		rules = drainRules{grace: 0, force: true, ignoreDaemonSets: true, localData: true, now: true}
		err = c.empty(ctx, *api.name, rules, 2*time.Minute)
	}
	if err != nil || !*remove {
		return err
	}
	return retry(ctx, time.Minute, func(ctx context.Context) error {
		_, err := c.call(ctx, http.MethodDelete, nodesPath+*api.name, "", nil)
		if isStatus(err, http.StatusNotFound) {
			return nil
		}
		return err
	})
}

// errImpossible wraps what no waiting helps against.
var errImpossible = errors.New("cannot be emptied")

func (c *cluster) empty(ctx context.Context, name string, rules drainRules, timeout time.Duration) error {
	told := map[string]bool{}
	tell := func(text string) { // Each thing once, not twenty times a second.
		if !told[text] {
			told[text] = true
			fmt.Println(text)
		}
	}
	var impossible error
	refused := map[string]time.Time{}
	err := retry(ctx, timeout, func(ctx context.Context) error {
		leaving, err := c.leaving(ctx, name, rules)
		if errors.Is(err, errImpossible) {
			impossible = err
			return nil
		}
		if err != nil {
			return err
		}
		var waiting []string
		for _, one := range leaving {
			if !told[one.Metadata.UID] {
				since, again := refused[one.Metadata.UID]
				evict := !(rules.now && rules.grace == 0) && !(again && one.ours() && time.Since(since) > budgetPatience)
				if err := c.sendAway(ctx, one, rules, evict); err != nil {
					if !again && isStatus(err, http.StatusTooManyRequests) {
						refused[one.Metadata.UID] = time.Now()
					}
					tell(err.Error())
					waiting = append(waiting, err.Error())
					continue
				}
				told[one.Metadata.UID] = true
				fmt.Println("sent away", one)
			}
			waiting = append(waiting, one.String())
		}
		if len(waiting) > 0 {
			return fmt.Errorf("waiting for %s", strings.Join(waiting, ", "))
		}
		var n node
		if err := c.get(ctx, nodesPath+name, &n); err != nil && !isStatus(err, http.StatusNotFound) {
			return err
		}
		if len(n.Status.VolumesAttached) > 0 {
			return fmt.Errorf("waiting for %d volumes to be detached", len(n.Status.VolumesAttached))
		}
		return nil
	})
	return errors.Join(impossible, err)
}

// leaving lists the pods that must go, or says why one of them may not.
func (c *cluster) leaving(ctx context.Context, name string, rules drainRules) ([]pod, error) {
	var all podList
	selector := url.QueryEscape("spec.nodeName=" + name)
	if err := c.get(ctx, "/api/v1/pods?fieldSelector="+selector, &all); err != nil {
		return nil, err
	}
	var refused []string
	leaving := slices.DeleteFunc(all.Items, func(p pod) bool {
		switch kind := p.controller(); {
		case p.Metadata.Annotations[annotationMirror] != "", kind == "DaemonSet" && rules.ignoreDaemonSets && !p.over():
			return true
		case p.over():
		case kind == "DaemonSet":
			refused = append(refused, p.String()+" belongs to a DaemonSet")
		case kind == "" && !rules.force:
			refused = append(refused, p.String()+" would not be made anew")
		case p.hasLocalData() && !rules.localData:
			refused = append(refused, p.String()+" has an emptyDir volume")
		}
		return false
	})
	if len(refused) > 0 {
		return nil, fmt.Errorf("node %s %w: %s", name, errImpossible, strings.Join(refused, ", "))
	}
	return leaving, nil
}

// sendAway evicts a pod, which a PodDisruptionBudget may refuse for now, or
// deletes it.
func (c *cluster) sendAway(ctx context.Context, p pod, rules drainRules, evict bool) error {
	options := map[string]any{"apiVersion": "v1", "kind": "DeleteOptions"}
	if rules.grace >= 0 {
		options["gracePeriodSeconds"] = rules.grace
	}
	method := http.MethodDelete
	path := "/api/v1/namespaces/" + p.Metadata.Namespace + "/pods/" + p.Metadata.Name
	content := options
	if evict {
		method, path = http.MethodPost, path+"/eviction"
		delete(options, "apiVersion")
		delete(options, "kind")
		content = map[string]any{
			"apiVersion": "policy/v1", "kind": "Eviction", "deleteOptions": options,
			"metadata": map[string]string{"namespace": p.Metadata.Namespace, "name": p.Metadata.Name},
		}
	}
	body, err := json.Marshal(content)
	if err != nil {
		return err
	}
	_, err = c.call(ctx, method, path, "application/json", body)
	if isStatus(err, http.StatusNotFound) {
		return nil
	}
	return err
}
