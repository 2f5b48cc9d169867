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

// edit changes the allow policy of the model's object, and completes the model.
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

// memoryOfReplaced is the etag replaced by our last write. A read with this etag is older than the
// write.
const memoryOfReplaced = "replaced"

type replacedEtag struct {
	Etag []byte    `json:"etag"`
	At   time.Time `json:"at"`
}

// memoryOfEtag is the etag of the last read or write.
const memoryOfEtag = "etag"

// live reads the allow policy. known is false if the read is older than our last write. The state
// then stays as it is.
func (kind) live(ctx context.Context, c *change) (p *gcp.AllowPolicy, known bool, err error) {
	resource := c.Model.resource()
	var old replacedEtag
	if c.Memory.Recall(ctx, memoryOfReplaced, &old) {
		c.Clients.Superseded(resource, old.Etag, old.At)
	}
	p, err = c.Clients.AllowPolicy(ctx, resource)
	if gcp.IsKind(err, gcp.KindStale) {
		c.Diags.AddWarning(lifecycle.About("IAM is not up to date yet", resource), "The state stays as written. "+lifecycle.Words(err))
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

// gone is the error for a missing grant, binding or policy.
func gone(v *view) error {
	return &gcp.Error{Kind: gcp.KindNotFound, Resource: v.ID.ValueString(), Message: "the allow policy of " + v.resource() +
		" does not have it"}
}

// changed is the error for changes made by others since the plan.
func changed(v *view, now string) error {
	if now == "" {
		now = "empty"
	}
	return &gcp.Error{
		Kind: gcp.KindConflict, Method: "SetIamPolicy", Resource: v.ID.ValueString(),
		Message: "the allow policy has changed since the plan, and nothing was written: it is now " + now,
		Remedy:  "Make a new plan, review it, and apply it.",
	}
}
