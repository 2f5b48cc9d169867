package iam

import (
	"bytes"
	"context"
	"encoding/base64"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/binauthz/terraform-provider-binauthz/internal/gcp"
	"github.com/binauthz/terraform-provider-binauthz/internal/lifecycle"
)

// edit changes the allow policy of the object that the model is about, and completes the model.
func (kind) edit(ctx context.Context, c *change, do func(p *gcp.AllowPolicy, sent bool) error) error {
	var replaced []byte
	resource := c.Model.resource()
	p, err := c.Clients.EditAllowPolicy(ctx, resource, gcp.Edit[*gcp.AllowPolicy]{Change: func(p *gcp.AllowPolicy, sent bool) error {
		replaced = p.GetEtag()
		return do(p, sent)
	}})
	if err != nil {
		return err
	}
	c.Model.Etag = encoded(p.GetEtag())
	if !bytes.Equal(replaced, p.GetEtag()) {
		c.Diags.Append(c.Memory.Remember(ctx, memoryOfReplaced, replacedEtag{Etag: replaced, At: time.Now()})...)
	}
	c.Diags.Append(c.Memory.Remember(ctx, memoryOfEtag, p.GetEtag())...)
	return nil
}

// memoryOfReplaced is the etag that our last write has replaced: a read that shows it is older than the write.
const memoryOfReplaced = "replaced"

type replacedEtag struct {
	Etag []byte    `json:"etag"`
	At   time.Time `json:"at"`
}

// memoryOfEtag is the etag of the policy that was last read or written.
const memoryOfEtag = "etag"

// live reads the allow policy. known is false if the service still shows one from before our last write: nothing is known then, and
// the state stays as it is.
func (kind) live(ctx context.Context, c *change) (p *gcp.AllowPolicy, known bool, err error) {
	resource := c.Model.resource()
	var old replacedEtag
	if c.Memory.Recall(ctx, memoryOfReplaced, &old) {
		c.Clients.Superseded(resource, old.Etag, old.At)
	}
	p, err = c.Clients.AllowPolicy(ctx, resource)
	if gcp.IsKind(err, gcp.KindStale) {
		c.Diags.AddWarning(lifecycle.About("IAM is not up to date yet", resource), "The state stays as it was written. "+lifecycle.Words(err))
		return nil, false, nil
	}
	if err != nil {
		return nil, false, err
	}
	c.Model.Etag = encoded(p.GetEtag())
	c.Diags.Append(c.Memory.Remember(ctx, memoryOfEtag, p.GetEtag())...)
	return p, true, nil
}

func encoded(etag []byte) types.String {
	return types.StringValue(base64.StdEncoding.EncodeToString(etag))
}

// gone is the error of what the allow policy does not have any more.
func gone(v *view) error {
	return &gcp.Error{Kind: gcp.KindNotFound, Resource: v.ID.ValueString(), Message: "the allow policy of " + v.resource() + " does not have it"}
}

// changed is the error of what somebody else has changed since the plan.
func changed(v *view, now string) error {
	if now == "" {
		now = "nobody"
	}
	return &gcp.Error{
		Kind: gcp.KindConflict, Method: "SetIamPolicy", Resource: v.ID.ValueString(),
		Message: "the allow policy was changed since the plan was made, and nothing was written: it is now " + now,
		Remedy:  "Make a new plan, look at what it would change, and apply that.",
	}
}
