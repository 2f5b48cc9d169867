package gcp

import (
	"context"
	"fmt"
	"strings"
	"time"

	"cloud.google.com/go/iam/apiv1/iampb"
	"github.com/googleapis/gax-go/v2"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/timestamppb"

	"github.com/binauthz/terraform-provider-binauthz/internal/allowpolicy"
)

// AllowPolicy is the API's own message of an IAM allow policy.
type AllowPolicy = allowpolicy.Policy

// protected is a kind of object that has an allow policy: how its policy is read and written.
type protected struct {
	get, set method
	client   func(*Clients) (iamClient, error)
}

// iamClient is what Google's clients have in common for allow policies.
type iamClient interface {
	GetIamPolicy(context.Context, *iampb.GetIamPolicyRequest, ...gax.CallOption) (*iampb.Policy, error)
	SetIamPolicy(context.Context, *iampb.SetIamPolicyRequest, ...gax.CallOption) (*iampb.Policy, error)
}

func ofBinauthz(c *Clients) (iamClient, error) { return c.binauthzClient() }
func ofAnalysis(c *Clients) (iamClient, error) { return c.analysisClient() }

var (
	protectedAttestor = protected{getAttestorIAM, setAttestorIAM, ofBinauthz}
	protectedPolicy   = protected{getPolicyIAM, setPolicyIAM, ofBinauthz}
	protectedNote     = protected{getNoteIAM, setNoteIAM, ofAnalysis}
)

// protection is the kind of an object, by its full name: "projects/{project}/attestors/{attestor}", "projects/{project}/policy" or
// "projects/{project}/notes/{note}".
func protection(object string) (kind protected, project string, err error) {
	switch parts := strings.Split(object, "/"); {
	case len(parts) == 4 && parts[2] == "attestors":
		return protectedAttestor, parts[1], nil
	case len(parts) == 3 && parts[2] == "policy":
		return protectedPolicy, parts[1], nil
	case len(parts) == 4 && parts[2] == "notes":
		return protectedNote, parts[1], nil
	}
	return protected{}, "", &Error{Kind: KindInvalid, Resource: object, Message: fmt.Sprintf("%q has no allow policy", object)}
}

// AllowPolicy reads the allow policy of an object. Several reads of one object within a moment share one call. A policy from before
// a write of ours is looked at again for a while; if it stays, the error is of kind KindStale.
func (c *Clients) AllowPolicy(ctx context.Context, object string) (*AllowPolicy, error) {
	fetch := func(ctx context.Context) (allowAnswer, error) {
		policy, err := c.freshAllowPolicy(ctx, object)
		return allowAnswer{policy, err == nil && c.isStale(object, policy)}, err
	}
	answer, err := c.allowReads.read(ctx, object, fetch)
	if err == nil && !answer.stale && c.isStale(object, answer.policy) { // it was read before the write was known
		c.allowReads.forget(object)
		answer, err = c.allowReads.read(ctx, object, fetch)
	}
	if err == nil && answer.stale {
		return nil, &Error{
			Kind: KindStale, Method: getAttestorIAM.name, Resource: object,
			Message: "the service still shows the allow policy from before the last write",
			Remedy:  "IAM is eventually consistent: wait a few minutes and run again.",
		}
	}
	return proto.CloneOf(answer.policy), err
}

// allowAnswer is an allow policy that was read. stale says that it stayed one from before our write, however often it was looked at:
// who shares the answer need not wait again.
type allowAnswer struct {
	policy *AllowPolicy
	stale  bool
}

// staleReads is how often a policy from before our write is looked at again, with growing pauses: half a minute in all.
const staleReads = 6

// freshAllowPolicy reads the allow policy of an object as it is at this moment. IAM is eventually consistent, so that can be one from
// before a write (https://cloud.google.com/iam/docs/access-change-propagation). A write based on it is refused for its etag.
func (c *Clients) freshAllowPolicy(ctx context.Context, object string) (*AllowPolicy, error) {
	for i, pause := 0, c.config.Pause; ; i, pause = i+1, 2*pause {
		policy, err := c.getAllowPolicy(ctx, object)
		if err != nil || !c.isStale(object, policy) || i == staleReads || i == 0 && c.isMadeAgain(ctx, object, policy) || !sleep(ctx, pause) {
			return policy, err
		}
	}
}

// isMadeAgain reports whether an object is younger than our write, and forgets that then: somebody has deleted the object and made it
// again, and its first policy has the etag that every first one has. An attestor tells only when it was last changed.
func (c *Clients) isMadeAgain(ctx context.Context, object string, policy *AllowPolicy) bool {
	var made *timestamppb.Timestamp
	switch kind, project, _ := protection(object); kind.get {
	case getAttestorIAM:
		attestor, _ := c.getAttestor(InHaste(ctx), project, object)
		made = attestor.GetUpdateTime()
	case getNoteIAM:
		note, _ := c.getNote(InHaste(ctx), project, object)
		made = note.GetCreateTime()
	}
	younger := made != nil && made.AsTime().After(c.superseded.since(object, policy.GetEtag()))
	if younger {
		c.superseded.forget(object)
	}
	return younger
}

func (c *Clients) isStale(object string, policy *AllowPolicy) bool {
	return c.superseded.has(object, policy.GetEtag())
}

func (c *Clients) getAllowPolicy(ctx context.Context, object string) (*AllowPolicy, error) {
	kind, project, err := protection(object)
	if err != nil {
		return nil, err
	}
	client, err := kind.client(c)
	if err != nil {
		return nil, err
	}
	return run(ctx, c, call[*AllowPolicy]{
		method: kind.get, resource: object, project: project,
		send: func(ctx context.Context) (*AllowPolicy, error) {
			return client.GetIamPolicy(ctx, &iampb.GetIamPolicyRequest{
				Resource: object, Options: &iampb.GetPolicyOptions{RequestedPolicyVersion: allowpolicy.VersionWithConditions},
			})
		},
	})
}

// EditAllowPolicy makes an edit of an object's allow policy together with all others that are pending: one read and one write, as
// long as nobody else writes at the same moment. It returns the policy as it is then.
func (c *Clients) EditAllowPolicy(ctx context.Context, object string, edit Edit[*AllowPolicy]) (*AllowPolicy, error) {
	return c.allowEdits.edit(ctx, object, edit)
}

func (c *Clients) allowPolicyEditor() *editor[*AllowPolicy] {
	return &editor[*AllowPolicy]{
		read: c.freshAllowPolicy, write: c.setAllowPolicy, same: allowpolicy.Same, pause: c.config.Pause,
		about: func(object string) (method, resource string) { return setAttestorIAM.name, object },
	}
}

// setAllowPolicy replaces an allow policy if it is still the one that want.Etag names. Otherwise nothing is written and the error is of
// kind KindConflict. Every policy that is read has an etag, also one that was never set; without one nothing is written.
func (c *Clients) setAllowPolicy(ctx context.Context, object string, want *AllowPolicy) (*AllowPolicy, error) {
	kind, project, err := protection(object)
	if err != nil {
		return nil, err
	}
	if len(want.GetEtag()) == 0 {
		return nil, &Error{Kind: KindFailed, Method: kind.set.name, Resource: object, Message: "the policy was read without an etag, so that a write could overwrite what somebody else writes"}
	}
	client, err := kind.client(c)
	if err != nil {
		return nil, err
	}
	defer c.allowReads.forget(object)
	reply, err := c.grant(ctx, call[*AllowPolicy]{
		method: kind.set, resource: object, project: project,
		send: func(ctx context.Context) (*AllowPolicy, error) {
			return client.SetIamPolicy(ctx, &iampb.SetIamPolicyRequest{Resource: object, Policy: want})
		},
		settle: func(ctx context.Context) (*AllowPolicy, bool, error) {
			got, err := c.getAllowPolicy(ctx, object)
			return settledUpdate(want, got, err, allowpolicy.Same)
		},
	})
	if err == nil {
		c.superseded.add(object, want.GetEtag(), time.Now())
	}
	return reply, err
}

// grant is run for a write that can name a service account that was just made, which IAM may not know yet: that is tried again for a
// while. Source: https://cloud.google.com/iam/docs/service-accounts-create, "eventually consistent".
func (c *Clients) grant(ctx context.Context, k call[*AllowPolicy]) (*AllowPolicy, error) {
	for i, pause := 0, c.config.Pause; ; i, pause = i+1, 2*pause {
		reply, err := run(ctx, c, k)
		if !isUnknownAccount(err) || i == staleReads || !sleep(ctx, pause) {
			return reply, err
		}
	}
}

func isUnknownAccount(err error) bool {
	return IsKind(err, KindInvalid) && strings.Contains(err.Error(), "Service account") && strings.Contains(err.Error(), "does not exist")
}
