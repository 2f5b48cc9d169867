package gcp

import (
	"context"
	"time"

	"cloud.google.com/go/binaryauthorization/apiv1/binaryauthorizationpb"
	"google.golang.org/protobuf/proto"

	"github.com/binauthz/terraform-provider-binauthz/internal/projectpolicy"
)

// Policy is the API's own message.
type Policy = projectpolicy.Policy

// Policy reads a project's policy. A project that never wrote one has Google's default, without etag. Several reads of one
// project within a moment share one call.
func (c *Clients) Policy(ctx context.Context, project string) (*Policy, error) {
	policy, err := c.SharedPolicy(ctx, project)
	return proto.CloneOf(policy), err
}

// SharedPolicy is Policy without a copy: whoever reads within the moment gets the same message. Do not change it.
func (c *Clients) SharedPolicy(ctx context.Context, project string) (*Policy, error) {
	return c.policyReads.read(ctx, project, func(ctx context.Context) (*Policy, error) { return c.FreshPolicy(ctx, project) })
}

// FreshPolicy reads a project's policy as it is at this moment.
func (c *Clients) FreshPolicy(ctx context.Context, project string) (*Policy, error) {
	client, err := c.binauthzClient()
	if err != nil {
		return nil, err
	}
	name := projectpolicy.ID(project)
	return run(ctx, c, call[*Policy]{
		method: getPolicy, resource: name, project: project,
		send: func(ctx context.Context) (*Policy, error) {
			return client.GetPolicy(ctx, &binaryauthorizationpb.GetPolicyRequest{Name: name})
		},
	})
}

// UpdatePolicy replaces a project's policy if it is still the one want.Etag names. Otherwise nothing is written and the
// error is of kind KindConflict. The policy is returned as a read shows it.
func (c *Clients) UpdatePolicy(ctx context.Context, project string, want *Policy) (*Policy, error) {
	client, err := c.binauthzClient()
	if err != nil {
		return nil, err
	}
	want = proto.CloneOf(want)
	want.Name = projectpolicy.ID(project)
	defer c.policyReads.forget(project)
	begun := time.Now()
	reply, err := run(ctx, c, call[*Policy]{
		method: updatePolicy, resource: want.Name, project: project,
		send: func(ctx context.Context) (*Policy, error) {
			return client.UpdatePolicy(ctx, &binaryauthorizationpb.UpdatePolicyRequest{Policy: want})
		},
		settle: func(ctx context.Context) (*Policy, bool, error) { return c.settlePolicy(ctx, project, want) },
	})
	if err != nil {
		return nil, err
	}
	if want.Etag == "" && ctx.Err() == nil {
		if reply, err = c.afterUnguardedWrite(ctx, project, reply, time.Since(begun)); err != nil || reply.Etag != "" {
			return reply, err
		}
	}
	if read, err := c.FreshPolicy(ctx, project); err == nil && projectpolicy.Same(reply, read) {
		return read, nil
	}
	// What was written must not get lost for a read that fails, or that shows what somebody else has written since.
	if reply.Etag == "" {
		reply.Etag = supersededEtag
	}
	return reply, nil
}

// settlePolicy looks whether an update whose reply was lost was carried out. Without an etag, nothing would keep the next try from
// overwriting what somebody else has written meanwhile.
func (c *Clients) settlePolicy(ctx context.Context, project string, want *Policy) (*Policy, bool, error) {
	got, err := c.FreshPolicy(ctx, project)
	if err == nil && want.Etag == "" && got.GetEtag() != "" && !projectpolicy.Same(want, got) {
		return nil, false, somebodyElseWasFirst(project)
	}
	return settledUpdate(want, got, err, projectpolicy.Same)
}

// supersededEtag is no policy's etag: an update that carries it is refused rather than unguarded.
const supersededEtag = "superseded"

// afterUnguardedWrite looks once more, after the time in which a write that began before ours was seen can still arrive: a policy
// that was never written has no etag, so that nothing guards the first write. An overwritten one is an error of kind KindConflict.
func (c *Clients) afterUnguardedWrite(ctx context.Context, project string, reply *Policy, took time.Duration) (*Policy, error) {
	sleep(ctx, 2*took+c.config.Pause)
	read, err := c.FreshPolicy(ctx, project)
	if err != nil {
		return reply, nil //nolint:nilerr // what was written must not get lost for a read that fails
	}
	if !projectpolicy.Same(reply, read) {
		return nil, somebodyElseWasFirst(project)
	}
	return read, nil
}

// somebodyElseWasFirst is the conflict of two first writes of a policy. Ours may have been carried out before the other.
func somebodyElseWasFirst(project string) *Error {
	return &Error{
		Kind: KindConflict, Method: updatePolicy.name, Resource: projectpolicy.ID(project), mayHaveWritten: true,
		Message: "somebody else wrote the project's first policy at the same moment",
		Remedy:  "Make a new plan: it shows the policy as it is now.",
	}
}

// SystemPolicy reads the policy that Google keeps for its own images, at a location such as "us-central1" or "global". Several
// reads of one location within a moment share one call: a plan asks for every image that must be admitted.
func (c *Clients) SystemPolicy(ctx context.Context, location string) (*Policy, error) {
	policy, err := c.systemReads.read(ctx, location, func(ctx context.Context) (*Policy, error) { return c.freshSystemPolicy(ctx, location) })
	if err != nil {
		return nil, err
	}
	return proto.CloneOf(policy), nil
}

func (c *Clients) freshSystemPolicy(ctx context.Context, location string) (*Policy, error) {
	client, err := c.systemPolicyClient()
	if err != nil {
		return nil, err
	}
	name := "locations/" + location + "/policy"
	return run(ctx, c, call[*Policy]{
		method: getSystemPolicy, resource: name,
		send: func(ctx context.Context) (*Policy, error) {
			return client.GetSystemPolicy(ctx, &binaryauthorizationpb.GetSystemPolicyRequest{Name: name})
		},
	})
}
