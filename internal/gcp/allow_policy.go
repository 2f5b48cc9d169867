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

// protected is a kind of object with an allow policy, and the client for it.
type protected struct {
	get, set method
	client   func(*Clients) (iamClient, error)
}

// iamClient is the common interface of Google's clients for allow policies.
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

// protection is the kind of an object, by its full name: "projects/{project}/attestors/{attestor}",
// "projects/{project}/policy" or "projects/{project}/notes/{note}".
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

// AllowPolicy reads the allow policy of an object. Concurrent reads of one object share one call. A
// policy older than our own write is read again for a while; if it stays, the error is of kind
// KindStale.
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

// allowAnswer is an allow policy from a read. stale means that repeated reads still showed one
// older than our write: other waiters need not repeat them.
type allowAnswer struct {
	policy *AllowPolicy
	stale  bool
}

// staleReads is the number of repeated reads of a policy older than our write. With growing pauses
// they take half a minute.
const staleReads = 6

// freshAllowPolicy reads the allow policy of an object now. IAM is eventually consistent, so the
// policy can be older than our write (https://cloud.google.com/iam/docs/access-change-propagation).
// A write based on it is refused because of its etag.
func (c *Clients) freshAllowPolicy(ctx context.Context, object string) (*AllowPolicy, error) {
	for i, pause := 0, c.config.Pause; ; i, pause = i+1, 2*pause {
		policy, err := c.getAllowPolicy(ctx, object)
		if err != nil || !c.isStale(object, policy) || i == staleReads || i == 0 && c.isMadeAgain(ctx, object, policy) ||
			!sleep(ctx, pause) {
			return policy, err
		}
	}
}

// isMadeAgain reports whether an object was deleted and recreated after our write, and then forgets
// the write: all first policies have the same etag. For an attestor, only the time of the last
// change is known.
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

// EditAllowPolicy merges an edit with all pending edits of the same allow policy into one read and
// one write, repeated after a conflict. It returns the written policy.
func (c *Clients) EditAllowPolicy(ctx context.Context, object string, edit Edit[*AllowPolicy]) (*AllowPolicy, error) {
	return c.allowEdits.edit(ctx, object, edit)
}

func (c *Clients) allowPolicyEditor() *editor[*AllowPolicy] {
	return &editor[*AllowPolicy]{
		read: c.freshAllowPolicy, write: c.setAllowPolicy, same: allowpolicy.Same, pause: c.config.Pause,
		about: func(object string) (method, resource string) { return setAttestorIAM.name, object },
	}
}

// setAllowPolicy replaces an allow policy if it still has the etag of want. On a mismatch it writes
// nothing and returns an error of kind KindConflict. All read policies have an etag, even one never
// set; without an etag, nothing is written.
func (c *Clients) setAllowPolicy(ctx context.Context, object string, want *AllowPolicy) (*AllowPolicy, error) {
	kind, project, err := protection(object)
	if err != nil {
		return nil, err
	}
	if len(want.GetEtag()) == 0 {
		return nil, &Error{
			Kind:     KindFailed,
			Method:   kind.set.name,
			Resource: object,
			Message:  "the policy was read without an etag, so a write could overwrite another change",
		}
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

// grant runs a write with members. IAM may not know a new service account yet, so that error is
// retried for a while. Source: https://cloud.google.com/iam/docs/service-accounts-create,
// "eventually consistent".
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
