package attestation

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/action"
	"github.com/hashicorp/terraform-plugin-framework/action/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/binauthz/terraform-provider-binauthz/internal/lifecycle"
)

// order is what the action is told.
type order struct {
	Attestor      types.String `tfsdk:"attestor"`
	Image         types.String `tfsdk:"image"`
	KMSKeyVersion types.String `tfsdk:"kms_key_version"`
	Project       types.String `tfsdk:"project"`
}

// NewSignAction makes the action binauthz_sign_attestation.
func NewSignAction() action.Action {
	return &lifecycle.Action[order]{
		Deed: "sign_attestation", Describe: describeSign,
		Name: func(o *order) string { return o.model().title() },
		Plan: planSign, Do: sign,
	}
}

var describeSign = schema.Schema{
	MarkdownDescription: "Signs an image with a key in Cloud KMS and writes the attestation, as creating a `binauthz_attestation` does, but keeps nothing in a state: for pipelines that attest every image they build. " +
		"An attestation that is there already and verifies is left as it is, so the action can run as often as it is triggered. No destroy deletes what it wrote.\n\n" +
		"Needs Terraform 1.14 or later; OpenTofu has no actions. `terraform apply -invoke=action.binauthz_sign_attestation.NAME` invokes it alone. " +
		"Or a resource triggers it: with `before_create` and `before_update` that resource is changed only once the image is attested.\n\n" + permissions,
	Attributes: map[string]schema.Attribute{
		"attestor": schema.StringAttribute{
			Required: true, MarkdownDescription: "The attestor: full name `projects/{project}/attestors/{name}`, or the short name of one in the attestation's project.",
		},
		"image": schema.StringAttribute{
			Required: true, Validators: []validator.String{attestable},
			MarkdownDescription: "The image with its digest and without a scheme or tag: `{registry}/{repository}@sha256:{digest}`. The data source `binauthz_image` finds the digest of a tag.",
		},
		"kms_key_version": schema.StringAttribute{
			Required: true, Validators: []validator.String{keyVersion},
			MarkdownDescription: "Full name of the Cloud KMS key version that signs: `projects/{project}/locations/{location}/keyRings/{ring}/cryptoKeys/{key}/cryptoKeyVersions/{version}`. It has to be a key of the attestor, under whatever id.",
		},
		"project": schema.StringAttribute{
			Optional: true, Validators: []validator.String{lifecycle.ProjectID},
			MarkdownDescription: "Id of the project that keeps the attestation; image, note and attestor can be in others. Absent or empty, it is the provider's.",
		},
	},
}

// model is the order as a resource would have it.
func (o *order) model() *model {
	return &model{Attestor: o.Attestor, Image: o.Image, KMSKeyVersion: o.KMSKeyVersion, Project: o.Project}
}

// planSign refuses what the plan of a resource would refuse.
func planSign(ctx context.Context, run *lifecycle.Run[order]) error {
	m := run.Config.model()
	if m.Image.IsUnknown() || !m.complete() {
		return nil
	}
	project, err := lifecycle.DefaultProject(run.Clients, m.Project)
	if err != nil {
		return err
	}
	m.Project = types.StringValue(project)
	return planKey(ctx, run.Clients, run.Walk, m, run.Diags)
}

func sign(ctx context.Context, run *lifecycle.Run[order]) error {
	o := run.Config
	project, err := lifecycle.DefaultProject(run.Clients, o.Project)
	if err != nil {
		return err
	}
	r, err := kmsRequest(o.Attestor.ValueString(), o.Image.ValueString(), project, o.KMSKeyVersion.ValueString())
	if err != nil {
		return err
	}
	made, err := attestImage(ctx, run.Clients, r, signing{progress: run.Progress})
	if err != nil {
		return err
	}
	warnUnvalidated(&change{Diags: run.Diags}, made)
	return nil
}
