package main

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"
)

// A kubelet gives its node labels and taints when it registers, and never again. What changes later is changed here:
// labels by the node's own user, taints by an administrator, because nodes may not change theirs. Only what was
// given before is taken away; what people set with kubectl stays.
const (
	annotationLabels  = "openpks.org/labels"  // Keys that the node was given, separated by commas.
	annotationWanted  = "openpks.org/taints"  // What the node asks for.
	annotationApplied = "openpks.org/tainted" // What it was given.
)

type taint struct {
	Key    string `json:"key"`
	Value  string `json:"value,omitempty"`
	Effect string `json:"effect"`
	Since  string `json:"timeAdded,omitempty"`
}

// same tells whether two taints take the same place: there is one of a key and
// an effect.
func (t taint) same(other taint) bool { return t.Key == other.Key && t.Effect == other.Effect }

// describe gives this machine's node its labels and tells the taints that it
// should have.
func (c *cluster) describe(ctx context.Context, name string, n node, labels, taints string) error {
	wanted, err := parsePairs(labels)
	if err != nil {
		return err
	}
	if _, err := parseTaints(taints); err != nil {
		return err
	}
	keys := make([]string, 0, len(wanted))
	changes := map[string]any{} // nil removes.
	for key, value := range wanted {
		keys = append(keys, key)
		if had, known := n.Metadata.Labels[key]; !known || had != value {
			changes[key] = value
		}
	}
	slices.Sort(keys)
	for _, key := range split(n.Metadata.Annotations[annotationLabels]) {
		if _, keep := wanted[key]; !keep {
			changes[key] = nil
		}
	}
	given := strings.Join(keys, ",")
	if len(changes) == 0 && n.Metadata.Annotations[annotationLabels] == given && n.Metadata.Annotations[annotationWanted] == taints {
		return nil
	}
	patch, err := json.Marshal(map[string]any{"metadata": map[string]any{
		"labels":      changes,
		"annotations": map[string]any{annotationLabels: orNil(given), annotationWanted: orNil(taints)},
	}})
	if err != nil {
		return err
	}
	_, err = c.call(ctx, http.MethodPatch, nodesPath+name, mergePatch, patch)
	return err
}

// setTaints gives all nodes the taints that they ask for, and takes away those
// that they asked for before.
func setTaints(ctx context.Context, args []string) error {
	flags := flag.NewFlagSet("taints", flag.ContinueOnError)
	api := addClusterFlags(flags)
	timeout := flags.Duration("timeout", time.Minute, "how long to try")
	if err := flags.Parse(args); err != nil {
		return err
	}
	c, err := api.open()
	if err != nil {
		return err
	}
	return retry(ctx, *timeout, func(ctx context.Context) error {
		var all struct{ Items []node }
		if err := c.get(ctx, strings.TrimSuffix(nodesPath, "/"), &all); err != nil {
			return err
		}
		for _, n := range all.Items {
			if err := c.taint(ctx, n); err != nil {
				return err
			}
		}
		return nil
	})
}

func (c *cluster) taint(ctx context.Context, n node) error {
	asked := n.Metadata.Annotations[annotationWanted]
	applied := n.Metadata.Annotations[annotationApplied]
	if asked == applied {
		return nil
	}
	wanted, err := parseTaints(asked)
	if err != nil {
		return err
	}
	before, err := parseTaints(applied)
	if err != nil {
		return err
	}
	taints := []taint{}
	for _, one := range n.Spec.Taints {
		if !slices.ContainsFunc(append(before, wanted...), one.same) {
			taints = append(taints, one)
		}
	}
	// The list is replaced whole, so another's change in between must not be lost: the version says so.
	patch, err := json.Marshal(map[string]any{
		"metadata": map[string]any{
			"resourceVersion": n.Metadata.ResourceVersion,
			"annotations":     map[string]any{annotationApplied: orNil(asked)},
		},
		"spec": map[string]any{"taints": append(taints, wanted...)},
	})
	if err != nil {
		return err
	}
	_, err = c.call(ctx, http.MethodPatch, nodesPath+n.Metadata.Name, mergePatch, patch)
	if err == nil {
		fmt.Printf("node %s has the taints %q\n", n.Metadata.Name, asked)
	}
	return err
}

func orNil(text string) any {
	if text == "" {
		return nil
	}
	return text
}

func split(text string) []string {
	return slices.DeleteFunc(strings.Split(text, ","), func(part string) bool { return part == "" })
}

func parsePairs(text string) (map[string]string, error) {
	pairs := map[string]string{}
	for _, part := range split(text) {
		key, value, ok := strings.Cut(part, "=")
		if !ok || key == "" {
			return nil, fmt.Errorf("%q is not key=value", part)
		}
		pairs[key] = value
	}
	return pairs, nil
}

func parseTaints(text string) ([]taint, error) {
	var taints []taint
	for _, part := range split(text) {
		colon := strings.LastIndex(part, ":")
		if colon < 1 {
			return nil, fmt.Errorf("%q is not key=value:Effect", part)
		}
		key, value, _ := strings.Cut(part[:colon], "=")
		taints = append(taints, taint{Key: key, Value: value, Effect: part[colon+1:]})
	}
	return taints, nil
}
