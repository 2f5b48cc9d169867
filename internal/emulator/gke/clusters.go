package gke

import (
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"slices"
	"strings"

	"cloud.google.com/go/container/apiv1/containerpb"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/proto"

	"github.com/binauthz/terraform-provider-binauthz/internal/resname"
)

// cluster is one cluster. message lacks the parts added by describe: they depend on the time or the
// API's version.
type cluster struct {
	name     resname.Cluster
	message  *containerpb.Cluster
	setting  *setting
	status   containerpb.Cluster_Status // while no operation runs
	reason   string                     // status_message
	revision int
	busy     *operation
}

var errNoCluster = status.Error(codes.InvalidArgument, "Must provide a cluster.")

func (a *API) find(name resname.Cluster) (*cluster, error) {
	c, ok := a.clusters[name]
	if !ok {
		return nil, status.Errorf(codes.NotFound, "Not found: %s.", path(placeOf(name), "clusters", name.ID))
	}
	return c, nil
}

// within returns the clusters in a list of p, by name.
func (a *API) within(p place) []*cluster {
	var found []*cluster
	for name, c := range a.clusters {
		if p.holds(name) && !slices.Contains(a.missing[p.project], name.Location) {
			found = append(found, c)
		}
	}
	slices.SortFunc(found, func(x, y *cluster) int { return strings.Compare(x.name.String(), y.name.String()) })
	return found
}

// describe returns c in an API version, without the Binary Authorization setting.
func (a *API) describe(c *cluster, version string) *containerpb.Cluster {
	m := proto.CloneOf(c.message)
	m.Status, m.StatusMessage = c.state(), c.reason
	m.Etag = c.etag()
	m.SelfLink = link(version, placeOf(c.name), "clusters", c.name.ID)
	for _, pool := range m.NodePools {
		pool.SelfLink = m.SelfLink + "/nodePools/" + pool.Name
	}
	return m
}

// state is the visible status: an operation hides the stored one.
func (c *cluster) state() containerpb.Cluster_Status {
	switch {
	case c.busy == nil:
		return c.status
	case c.busy.kind == containerpb.Operation_CREATE_CLUSTER:
		return containerpb.Cluster_PROVISIONING
	case c.busy.kind == containerpb.Operation_DELETE_CLUSTER:
		return containerpb.Cluster_STOPPING
	}
	return containerpb.Cluster_RECONCILING
}

func (c *cluster) etag() string {
	sum := sha256.Sum256(fmt.Appendf(nil, "%s %d", c.message.GetId(), c.revision))
	return base64.StdEncoding.EncodeToString(sum[:8])
}

// hold sets the setting of c and adds it to the history if it differs.
func (a *API) hold(c *cluster, s *setting) {
	c.setting = s
	c.revision++
	past := a.history[c.name]
	if len(past) > 0 && past[len(past)-1].effective() == s.effective() && slices.Equal(bindingsOf(past[len(past)-1]), bindingsOf(s)) {
		return
	}
	a.history[c.name] = append(past, s)
}

func bindingsOf(s *setting) []string {
	if s == nil {
		return nil
	}
	return s.bindings
}

// create adds a cluster. It is PROVISIONING until the operation ends.
func (a *API) create(p place, asked *containerpb.Cluster, s *setting) (*operation, error) {
	if asked == nil {
		return nil, errNoCluster
	}
	name := p.cluster(asked.GetName())
	if err := checkNewName(name); err != nil {
		return nil, err
	}
	if err := a.checkDistinct(s); err != nil {
		return nil, err
	}
	// https://github.com/GoogleCloudPlatform/ai-on-gke/issues/628
	if asked.GetAutopilot().GetEnabled() && zone.MatchString(p.location) {
		return nil, status.Error(codes.InvalidArgument, "Autopilot clusters must be regional clusters.")
	}
	if a.clusters[name] != nil {
		return nil, status.Errorf(codes.AlreadyExists, "Already exists: %s.", path(p, "clusters", name.ID))
	}
	c, err := a.add(name, asked, s)
	if err != nil {
		return nil, err
	}
	return a.start(c, containerpb.Operation_CREATE_CLUSTER, func() {}, func(why string) {
		c.status, c.reason = containerpb.Cluster_ERROR, why
	}), nil
}

// add adds a RUNNING cluster.
func (a *API) add(name resname.Cluster, asked *containerpb.Cluster, s *setting) (*cluster, error) {
	message, err := newMessage(name, asked, a.w.Now().AsTime())
	if err != nil {
		return nil, err
	}
	c := &cluster{name: name, message: message, status: containerpb.Cluster_RUNNING}
	a.w.ProjectNumber(name.Project)
	a.clusters[name] = c
	a.hold(c, s)
	return c, nil
}

// drop removes a cluster if it exists.
func (a *API) drop(name resname.Cluster) {
	if a.clusters[name] == nil {
		return
	}
	delete(a.clusters, name)
	if a.Deleted != nil {
		a.Deleted(name)
	}
}

// remove starts the deletion of a cluster. It is STOPPING until the operation ends.
func (a *API) remove(name resname.Cluster) (*operation, error) {
	c, err := a.find(name)
	if err != nil {
		return nil, err
	}
	if err := c.checkIdle(); err != nil {
		return nil, err
	}
	return a.start(c, containerpb.Operation_DELETE_CLUSTER, func() { a.drop(name) }, unchanged), nil
}
