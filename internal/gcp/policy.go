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

// Policy reads a project's policy. A project without a written policy has Google's default, without
// etag. Concurrent reads of one project share one call.
func (c *Clients) Policy(ctx context.Context, project string) (*Policy, error) {
	policy, err := c.SharedPolicy(ctx, project)
	return proto.CloneOf(policy), err
}

// SharedPolicy is Policy without a copy: concurrent readers get the same message. Do not change it.
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

// UpdatePolicy replaces a project's policy if it still has the etag of want. It returns the policy
// as read afterwards. On a mismatch it writes nothing and returns an error of kind KindConflict.
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
	// The written policy must not get lost if the read fails, or already shows a later write of
	// others.
	if reply.Etag == "" {
		reply.Etag = supersededEtag
	}
	return reply, nil
}

// settlePolicy looks for the result of an update with a lost reply. Without an etag, the next
// attempt could overwrite a write of others.
func (c *Clients) settlePolicy(ctx context.Context, project string, want *Policy) (*Policy, bool, error) {
	got, err := c.FreshPolicy(ctx, project)
	if err == nil && want.Etag == "" && got.GetEtag() != "" && !projectpolicy.Same(want, got) {
		return nil, false, somebodyElseWasFirst(project)
	}
	return settledUpdate(want, got, err, projectpolicy.Same)
}

// supersededEtag is the etag of no policy: an update with it is refused instead of unguarded.
const supersededEtag = "superseded"

// afterUnguardedWrite reads once more after a pause, long enough for a concurrent first write to
// arrive. A policy that was never written has no etag, so the first write is unguarded. If it was
// overwritten, the error is of kind KindConflict.
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

// somebodyElseWasFirst is the conflict of two first writes of a policy. Ours may have been written
// before the other.
func somebodyElseWasFirst(project string) *Error {
	return &Error{
		Kind: KindConflict, Method: updatePolicy.name, Resource: projectpolicy.ID(project), mayHaveWritten: true,
		Message: "somebody else wrote the project's first policy at the same moment",
		Remedy:  "Make a new plan: it shows the policy as it is now.",
	}
}

// SystemPolicy reads Google's policy for its own images at a location, such as "us-central1" or
// "global". Concurrent reads of one location share one call: a plan asks for every required image.
func (c *Clients) SystemPolicy(ctx context.Context, location string) (*Policy, error) {
	policy, err := c.systemReads.read(ctx, location, func(ctx context.Context) (*Policy, error) {
		return c.freshSystemPolicy(ctx, location)
	})
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
