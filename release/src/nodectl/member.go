package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"log"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

const (
	formedPath = "/v1/etcd-formed"
	askTimeout = 5 * time.Second
)

// formedFile lies beside a member's data from the moment at which the member
// was part of a working cluster.
func formedFile(data string) string { return filepath.Join(data, "formed") }

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}

// etcdMember is a member as etcd's gateway shows it.
type etcdMember struct {
	ID         string   `json:"ID"`
	Name       string   `json:"name"`
	PeerURLs   []string `json:"peerURLs"`
	ClientURLs []string `json:"clientURLs"`
	IsLearner  bool     `json:"isLearner"`
}

// membership is one master's place among the members of etcd.
type membership struct {
	name   string            // Of this member.
	peers  map[string]string // Peer URLs of all masters by name.
	others *cluster          // The client side of the other members.
	alone  bool
	formed func(ctx context.Context) (bool, error) // Whether any other master was ever part of a cluster.
}

type memberFlags struct {
	api                              clusterFlags
	name, peers, data                *string
	masters, mastersCA, token, local *string
}

func addMemberFlags(flags *flag.FlagSet) memberFlags {
	return memberFlags{
		addClusterFlags(flags),
		flags.String("name", "", "this member's name"),
		flags.String("peers", "", "NAME=URL of all members, separated by commas"),
		flags.String("data", "/var/vcap/store/etcd", "folder of this member's data"),
		flags.String("masters", "", "HOST:PORT at which the other masters give out certificates, separated by commas"),
		flags.String("masters-ca", "", "authority of the masters' certificates"),
		flags.String("token-file", "", "secret that the masters know"),
		flags.String("local", "http://127.0.0.1:2381", "address of this member's health"),
	}
}

func (f memberFlags) open() (*membership, error) {
	m := &membership{name: *f.name, peers: map[string]string{}}
	for pair := range strings.SplitSeq(*f.peers, ",") {
		name, url, ok := strings.Cut(pair, "=")
		if !ok {
			return nil, fmt.Errorf("%q is not NAME=URL", pair)
		}
		m.peers[name] = url
	}
	if m.peers[m.name] == "" {
		return nil, fmt.Errorf("%s is not among the members %s", m.name, *f.peers)
	}
	m.alone = len(m.peers) == 1
	if m.alone {
		return m, nil
	}
	others, err := f.api.open()
	if err != nil {
		return nil, err
	}
	others.client.Timeout = askTimeout
	m.others = others
	masters, err := clusterFlags{f.masters, f.mastersCA, new(string)}.open()
	if err != nil {
		return nil, err
	}
	masters.client.Timeout = askTimeout
	token, err := readToken(*f.token)
	if err != nil {
		return nil, err
	}
	m.formed = func(ctx context.Context) (bool, error) { return askFormed(ctx, masters, token) }
	return m, nil
}

// askFormed asks every other master: what one does not know another may.
func askFormed(ctx context.Context, masters *cluster, token string) (bool, error) {
	var failures []error
	for _, server := range masters.servers {
		request, err := http.NewRequestWithContext(ctx, http.MethodGet, "https://"+server+formedPath, nil)
		if err != nil {
			return false, err
		}
		request.Header.Set("Authorization", "Bearer "+token)
		answer, err := masters.client.Do(request)
		if err != nil {
			failures = append(failures, err)
			continue
		}
		_ = answer.Body.Close()
		switch answer.StatusCode {
		case http.StatusOK:
			return true, nil
		case http.StatusNotFound:
		default:
			failures = append(failures, fmt.Errorf("%s answered %s", server, answer.Status))
		}
	}
	return false, errors.Join(failures...)
}

// memberStart prints the two values that etcd needs at its start, its initial
// cluster state and its initial cluster, and makes this machine a member again
// when the cluster knows it but its data is gone.
//
// A member that lost its data must not come back as if it had never been there:
// it may have acknowledged what it no longer knows, and a majority of such
// members would lose it. So it is removed and added as a learner, which has no
// vote until it knows everything. Only when no member answers, and every other
// master says that it was never part of a cluster, a new cluster begins.
func memberStart(ctx context.Context, args []string) error {
	flags := flag.NewFlagSet("member-start", flag.ContinueOnError)
	options := addMemberFlags(flags)
	timeout := flags.Duration("timeout", 24*time.Hour, "how long to try")
	if err := flags.Parse(args); err != nil {
		return err
	}
	m, err := options.open()
	if err != nil {
		return err
	}
	if m.alone || exists(filepath.Join(*options.data, "member", "wal")) {
		fmt.Println("new", m.initial(nil))
		return nil
	}
	said := ""
	return retry(ctx, *timeout, func(ctx context.Context) error {
		state, initial, err := m.start(ctx)
		if err == nil {
			fmt.Println(state, initial)
			return nil
		}
		if said != err.Error() {
			said = err.Error()
			log.Printf("This member has no data and cannot join yet: %v", err)
		}
		return err
	})
}

// start decides how a member without data begins.
func (m *membership) start(ctx context.Context) (state, initial string, err error) {
	members, err := m.list(ctx)
	if err != nil {
		formed, asked := m.formed(ctx)
		switch {
		case formed:
			return "", "", fmt.Errorf("a cluster was there, and none of its members answers: %w", err)
		case asked != nil:
			return "", "", fmt.Errorf("no member answers, and whether there is a cluster is not known: %w", asked)
		}
		return "new", m.initial(nil), nil
	}
	own, there := m.own(members)
	if there && own.Name != "" && len(own.ClientURLs) == 0 {
		// The others began without waiting for it.
		return "new", m.initial(nil), nil
	}
	if there && own.Name != "" {
		log.Printf("The data of member %s is gone; it is removed and added again", own.ID)
		if err := m.change(ctx, "remove", map[string]any{"ID": own.ID}); err != nil {
			return "", "", err
		}
	}
	if !there || own.Name != "" {
		err := m.change(ctx, "add", map[string]any{"peerURLs": []string{m.peers[m.name]}, "isLearner": true})
		if err != nil {
			return "", "", err
		}
		if members, err = m.list(ctx); err != nil {
			return "", "", err
		}
	}
	if _, there = m.own(members); !there {
		return "", "", errors.New("the member that was added is not known everywhere yet")
	}
	return "existing", m.initial(members), nil
}

// initial is etcd's initial cluster: of the members that there are, or of all
// masters when there are none.
func (m *membership) initial(members []etcdMember) string {
	names := map[string]string{}
	for name, url := range m.peers {
		names[url] = name
	}
	var pairs []string
	for _, member := range members {
		for _, url := range member.PeerURLs {
			name := member.Name
			if known := names[url]; known != "" {
				name = known
			}
			pairs = append(pairs, name+"="+url)
		}
	}
	if members == nil {
		for name, url := range m.peers {
			pairs = append(pairs, name+"="+url)
		}
	}
	slices.Sort(pairs)
	return strings.Join(pairs, ",")
}

func (m *membership) own(members []etcdMember) (etcdMember, bool) {
	for _, member := range members {
		if slices.Contains(member.PeerURLs, m.peers[m.name]) {
			return member, true
		}
	}
	return etcdMember{}, false
}

// list needs no majority: what one member knows is enough to decide.
func (m *membership) list(ctx context.Context) ([]etcdMember, error) {
	text, err := m.others.call(ctx, http.MethodPost, "/v3/cluster/member/list", "application/json", []byte(`{"linearizable":false}`))
	if err != nil {
		return nil, err
	}
	var answer struct {
		Members []etcdMember `json:"members"`
	}
	if err := json.Unmarshal(text, &answer); err != nil {
		return nil, err
	}
	if len(answer.Members) == 0 {
		return nil, errors.New("a member that answers knows of none")
	}
	return answer.Members, nil
}

// change is refused by etcd when it would endanger the majority.
func (m *membership) change(ctx context.Context, what string, body map[string]any) error {
	text, err := json.Marshal(body)
	if err != nil {
		return err
	}
	_, err = m.others.call(ctx, http.MethodPost, "/v3/cluster/member/"+what, "application/json", text)
	if err != nil {
		return fmt.Errorf("member %s: %w", what, err)
	}
	return nil
}

// memberSettle waits until the member that was started is one with a vote, and
// notes that it was part of a cluster.
func memberSettle(ctx context.Context, args []string) error {
	flags := flag.NewFlagSet("member-settle", flag.ContinueOnError)
	options := addMemberFlags(flags)
	timeout := flags.Duration("timeout", 24*time.Hour, "how long to try")
	if err := flags.Parse(args); err != nil {
		return err
	}
	m, err := options.open()
	if err != nil {
		return err
	}
	health := &cluster{[]string{*options.local}, &http.Client{Timeout: askTimeout}}
	return retry(ctx, *timeout, func(ctx context.Context) error {
		if !m.alone {
			if err := m.vote(ctx); err != nil {
				return err
			}
		}
		if _, err := health.call(ctx, http.MethodGet, "/health", "", nil); err != nil {
			return err
		}
		return os.WriteFile(formedFile(*options.data), nil, 0o600)
	})
}

// vote gives this member a vote when it is a learner; etcd refuses that until
// the learner knows everything.
func (m *membership) vote(ctx context.Context) error {
	members, err := m.list(ctx)
	if err != nil {
		return err
	}
	own, there := m.own(members)
	if !there {
		return errors.New("this machine is no member")
	}
	if !own.IsLearner {
		return nil
	}
	if err := m.change(ctx, "promote", map[string]any{"ID": own.ID}); err != nil {
		return err
	}
	log.Printf("Member %s has a vote", own.ID)
	return nil
}
