package probe

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"cloud.google.com/go/binaryauthorization/apiv1/binaryauthorizationpb"
	beta "google.golang.org/api/container/v1beta1"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"
)

// keepPolicy reads the policy of the project.
func keepPolicy(ctx context.Context, t *Trial) (*precious, error) {
	before, err := t.policy(ctx)
	if err != nil {
		return nil, fmt.Errorf("read the policy of the project: %w", err)
	}
	before = content(before)
	saved, err := protojson.MarshalOptions{Multiline: true}.Marshal(t.named(before))
	if err != nil {
		return nil, err
	}
	return &precious{what: policyWords, saved: saved, restored: t.policyRestorer(before)}, nil
}

const policyWords = "The policy of the project"

// content returns a policy without its name and without the fields that every write changes.
func content(p *binaryauthorizationpb.Policy) *binaryauthorizationpb.Policy {
	p = proto.CloneOf(p)
	p.Name, p.Etag, p.UpdateTime = "", "", nil
	return p
}

// named returns a copy of a policy with the name of the project's policy.
func (t *Trial) named(p *binaryauthorizationpb.Policy) *binaryauthorizationpb.Policy {
	p = proto.CloneOf(p)
	p.Name = t.Parent() + "/policy"
	return p
}

// policyRestorer returns a function that restores the policy of the project. The write carries the
// etag of the policy that it replaces: a change made since the read is ABORTED. After the restore
// of a policy that was never written, it has the same content, but also an etag.
func (t *Trial) policyRestorer(before *binaryauthorizationpb.Policy) func(context.Context) error {
	return func(ctx context.Context) error {
		now, err := t.policy(ctx)
		if err != nil || proto.Equal(content(now), before) {
			return err
		}
		back := t.named(before)
		back.Etag = now.GetEtag()
		if _, err := t.Attestors.UpdatePolicy(ctx, &binaryauthorizationpb.UpdatePolicyRequest{Policy: back}); err != nil {
			return err
		}
		now, err = t.policy(ctx)
		if err == nil && !proto.Equal(content(now), before) {
			err = errors.New("it reads differently after the restore")
		}
		return err
	}
}

// clusterState contains the cluster settings changed by probes.
type clusterState struct {
	BinaryAuthorization *beta.BinaryAuthorization `json:"binaryAuthorization,omitempty"`
	LoggingService      string                    `json:"loggingService,omitempty"`
	MonitoringService   string                    `json:"monitoringService,omitempty"`
}

// savedCluster is the content of the file of a cluster.
type savedCluster struct {
	Name string `json:"name"`
	clusterState
}

func stateOf(c *beta.Cluster) clusterState {
	return clusterState{c.BinaryAuthorization, c.LoggingService, c.MonitoringService}
}

// evaluates returns the setting in a canonical form.
func (s clusterState) evaluates() string {
	b := s.BinaryAuthorization
	if b == nil {
		b = &beta.BinaryAuthorization{}
	}
	mode := b.EvaluationMode
	switch {
	case b.Enabled && (mode == "" || mode == "EVALUATION_MODE_UNSPECIFIED"):
		mode = "PROJECT_SINGLETON_POLICY_ENFORCE"
	case mode == "" || mode == "EVALUATION_MODE_UNSPECIFIED":
		mode = "DISABLED"
	}
	var bound []string
	for _, p := range b.PolicyBindings {
		bound = append(bound, p.Name)
	}
	slices.Sort(bound)
	return fmt.Sprint(mode, bound)
}

func (s clusterState) same(o clusterState) bool { return len(s.corrections(o, "")) == 0 }

// corrections returns the updates from o to s. The API accepts one field at a time.
func (s clusterState) corrections(o clusterState, etag string) []*beta.ClusterUpdate {
	var updates []*beta.ClusterUpdate
	if s.evaluates() != o.evaluates() {
		b := &beta.BinaryAuthorization{EvaluationMode: "DISABLED"}
		if s.BinaryAuthorization != nil {
			b = s.BinaryAuthorization
		}
		updates = append(updates, &beta.ClusterUpdate{DesiredBinaryAuthorization: b, Etag: etag})
	}
	if s.LoggingService != o.LoggingService {
		updates = append(updates, &beta.ClusterUpdate{DesiredLoggingService: s.LoggingService, Etag: etag})
	}
	if s.MonitoringService != o.MonitoringService {
		updates = append(updates, &beta.ClusterUpdate{DesiredMonitoringService: s.MonitoringService, Etag: etag})
	}
	return updates
}

func keepCluster(ctx context.Context, t *Trial) (*precious, error) {
	c, err := t.Beta.Get(t.Cluster).Context(ctx).Do()
	if err != nil {
		return nil, fmt.Errorf("read the cluster: %w", err)
	}
	before := stateOf(c)
	saved, err := json.MarshalIndent(savedCluster{t.Cluster, before}, "", "  ")
	if err != nil {
		return nil, err
	}
	return &precious{what: clusterWords, saved: saved, restored: t.clusterRestorer(before)}, nil
}

const clusterWords = "The setting of the cluster"

func (t *Trial) clusterRestorer(before clusterState) func(context.Context) error {
	return func(ctx context.Context) error { return t.restoreCluster(ctx, before) }
}

func (t *Trial) restoreCluster(ctx context.Context, before clusterState) error {
	now, err := t.idle(ctx, t.Cluster)
	if err != nil {
		return err
	}
	for _, u := range before.corrections(stateOf(now), "") {
		if _, err := t.Beta.Update(t.Cluster, &beta.UpdateClusterRequest{Update: u}).Context(ctx).Do(); err != nil {
			return err
		}
		if now, err = t.idle(ctx, t.Cluster); err != nil {
			return err
		}
	}
	if !before.same(stateOf(now)) {
		return errors.New("it reads differently after the restore")
	}
	return nil
}

// idle waits until no operation runs on a cluster, and reads it.
func (t *Trial) idle(ctx context.Context, name string) (*beta.Cluster, error) {
	for waited := restorePause; waited < pollLimit; waited += restorePause {
		c, err := t.Beta.Get(name).Context(ctx).Do()
		if err != nil || c.Status == "RUNNING" || c.Status == "DEGRADED" || c.Status == "ERROR" {
			return c, err
		}
		if err := t.Sleep(ctx, restorePause); err != nil {
			return nil, err
		}
	}
	return nil, errors.New("the cluster stays busy")
}
