package main

import (
	"bufio"
	"bytes"
	"context"
	"crypto/tls"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"net/http"
	"os"
	"strings"
	"time"
)

const answerLimit = 8 << 20

// cluster is the API of a cluster as one user sees it. Any of its servers will
// do.
type cluster struct {
	servers []string
	client  *http.Client
}

// statusError is an answer that the API gave, and that is not 2xx.
type statusError struct {
	code int
	text string
}

func (e *statusError) Error() string { return e.text }

func isStatus(err error, code int) bool {
	var answered *statusError
	return errors.As(err, &answered) && answered.code == code
}

// clusterFlags are the flags that name a cluster and a user.
type clusterFlags struct{ server, ca, base *string }

func addClusterFlags(flags *flag.FlagSet) clusterFlags {
	return clusterFlags{
		flags.String("server", "https://127.0.0.1:8443", "addresses of the cluster's API, separated by commas"),
		flags.String("ca", "", "authority of the API's certificate; none for plain HTTP"),
		flags.String("certificate", "", "the user's certificate and key, without .pem and .key; none for an anonymous user"),
	}
}

func (f clusterFlags) open() (*cluster, error) {
	config := &tls.Config{MinVersion: tls.VersionTLS12}
	if *f.ca != "" {
		roots, err := readRoots(*f.ca)
		if err != nil {
			return nil, err
		}
		config.RootCAs = roots
	}
	if *f.base != "" {
		pair, err := tls.LoadX509KeyPair(*f.base+".pem", *f.base+".key")
		if err != nil {
			return nil, err
		}
		config.Certificates = []tls.Certificate{pair}
	}
	transport := &http.Transport{TLSClientConfig: config, ForceAttemptHTTP2: true, MaxIdleConnsPerHost: 8}
	return &cluster{strings.Split(*f.server, ","), &http.Client{Transport: transport, Timeout: 30 * time.Second}}, nil
}

// call sends one request and returns the body of its 2xx answer. A server that
// cannot be reached is left for the next one.
func (c *cluster) call(ctx context.Context, method, path, contentType string, body []byte) ([]byte, error) {
	var failures []error
	for _, server := range c.servers {
		text, err := c.send(ctx, method, server, path, contentType, body)
		var answered *statusError
		if err == nil || errors.As(err, &answered) && answered.code < 500 {
			return text, err
		}
		failures = append(failures, err)
	}
	return nil, errors.Join(failures...)
}

func (c *cluster) send(ctx context.Context, method, server, path, contentType string, body []byte) ([]byte, error) {
	request, err := http.NewRequestWithContext(ctx, method, server+path, bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	request.Header.Set("Accept", "application/json")
	if contentType != "" {
		request.Header.Set("Content-Type", contentType)
	}
	answer, err := c.client.Do(request)
	if err != nil {
		return nil, err
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(io.LimitReader(answer.Body, answerLimit))
	if err != nil {
		return nil, err
	}
	if answer.StatusCode/100 != 2 {
		return nil, &statusError{answer.StatusCode, fmt.Sprintf("%s %s: %s", method, path, reason(answer.Status, text))}
	}
	return text, nil
}

// get reads an object into value.
func (c *cluster) get(ctx context.Context, path string, value any) error {
	text, err := c.call(ctx, http.MethodGet, path, "", nil)
	if err != nil {
		return err
	}
	return json.Unmarshal(text, value)
}

// reason is the message of a Kubernetes status, or the HTTP status.
func reason(status string, body []byte) string {
	var message struct{ Message string }
	if json.Unmarshal(body, &message) == nil && message.Message != "" {
		return message.Message
	}
	return status
}

func waitReady(ctx context.Context, args []string) error {
	flags := flag.NewFlagSet("wait", flag.ContinueOnError)
	api := addClusterFlags(flags)
	path := flags.String("path", "/readyz", "path to ask")
	timeout := flags.Duration("timeout", 2*time.Minute, "how long to try")
	anyAnswer := flags.Bool("any-answer", false, "take every answer for good: somebody is there")
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
		_, err := c.call(ctx, http.MethodGet, *path, "", nil)
		var answered *statusError
		if *anyAnswer && errors.As(err, &answered) {
			return nil
		}
		return err
	})
	return errors.Join(hopeless, err)
}

// object is one Kubernetes object and the place that the API keeps it.
type object struct {
	path string
	yaml []byte
}

// readObjects reads YAML documents, each begun by a line `--- # PATH`. The path
// saves the discovery that a general client needs.
func readObjects(file string) ([]object, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	var objects []object
	lines := bufio.NewScanner(bytes.NewReader(text))
	lines.Buffer(nil, len(text)+1)
	for lines.Scan() {
		if path, ok := strings.CutPrefix(lines.Text(), "--- # /"); ok {
			objects = append(objects, object{path: "/" + strings.TrimSpace(path)})
			continue
		}
		if len(objects) > 0 {
			last := &objects[len(objects)-1]
			last.yaml = append(append(last.yaml, lines.Bytes()...), '\n')
		}
	}
	return objects, lines.Err()
}

// apply makes objects what the files say, by server-side apply, which may be
// repeated.
func apply(ctx context.Context, args []string) error {
	flags := flag.NewFlagSet("apply", flag.ContinueOnError)
	api := addClusterFlags(flags)
	manager := flags.String("field-manager", "openpks", "owner of the fields")
	quiet := flags.Bool("quiet", false, "print nothing")
	unless := flags.String("unless", "", "path of an object; when it is there, nothing is done")
	timeout := flags.Duration("timeout", 2*time.Minute, "how long to try")
	if err := flags.Parse(args); err != nil {
		return err
	}
	c, err := api.open()
	if err != nil {
		return err
	}
	if *unless != "" {
		there := false
		err := retry(ctx, *timeout, func(ctx context.Context) error {
			_, err := c.call(ctx, http.MethodGet, *unless, "", nil)
			there = err == nil
			if isStatus(err, http.StatusNotFound) {
				return nil
			}
			return err
		})
		if err != nil || there {
			return err
		}
	}
	for _, file := range flags.Args() {
		objects, err := readObjects(file)
		if err != nil {
			return err
		}
		for _, one := range objects {
			path := one.path + "?force=true&fieldManager=" + *manager
			err := retry(ctx, *timeout, func(ctx context.Context) error {
				_, err := c.call(ctx, http.MethodPatch, path, "application/apply-patch+yaml", one.yaml)
				return err
			})
			if err != nil {
				return err
			}
			if !*quiet {
				fmt.Println("applied", one.path)
			}
		}
	}
	return nil
}

// workload is the part of Deployments and DaemonSets that tells progress.
type workload struct {
	Metadata struct{ Generation int64 }
	Spec     struct{ Replicas *int64 }
	Status   struct {
		ObservedGeneration, UpdatedReplicas, AvailableReplicas, Replicas int64
		DesiredNumberScheduled, UpdatedNumberScheduled, NumberAvailable  int64
	}
}

// pending says what a rollout waits for, or nothing when it is over.
func (w workload) pending() string {
	s := w.Status
	switch {
	case s.ObservedGeneration < w.Metadata.Generation:
		return "its controller has not seen it"
	case w.Spec.Replicas != nil && (s.UpdatedReplicas < *w.Spec.Replicas || s.AvailableReplicas < s.UpdatedReplicas || s.Replicas > s.UpdatedReplicas):
		return fmt.Sprintf("%d of %d pods available", s.AvailableReplicas, *w.Spec.Replicas)
	case w.Spec.Replicas == nil && (s.UpdatedNumberScheduled < s.DesiredNumberScheduled || s.NumberAvailable < s.DesiredNumberScheduled):
		return fmt.Sprintf("%d of %d pods available", s.NumberAvailable, s.DesiredNumberScheduled)
	}
	return ""
}

func rollout(ctx context.Context, args []string) error {
	flags := flag.NewFlagSet("rollout", flag.ContinueOnError)
	api := addClusterFlags(flags)
	timeout := flags.Duration("timeout", 20*time.Minute, "how long to wait")
	if err := flags.Parse(args); err != nil {
		return err
	}
	c, err := api.open()
	if err != nil {
		return err
	}
	for _, path := range flags.Args() {
		err := retry(ctx, *timeout, func(ctx context.Context) error {
			var w workload
			if err := c.get(ctx, path, &w); err != nil {
				return err
			}
			if waiting := w.pending(); waiting != "" {
				return fmt.Errorf("%s: %s", path, waiting)
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}
