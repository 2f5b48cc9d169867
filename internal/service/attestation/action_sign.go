package attestation

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/action/timeouts"
	"github.com/hashicorp/terraform-plugin-framework/action"
	"github.com/hashicorp/terraform-plugin-framework/action/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/binauthz/terraform-provider-binauthz/internal/checkschema"
	"github.com/binauthz/terraform-provider-binauthz/internal/lifecycle"
)

// order is the configuration of the action.
type order struct {
	Attestor      types.String `tfsdk:"attestor"`
	Image         types.String `tfsdk:"image"`
	KMSKeyVersion types.String `tfsdk:"kms_key_version"`
	Project       types.String `tfsdk:"project"`

	Require  types.Object   `tfsdk:"require"`
	Timeouts timeouts.Value `tfsdk:"timeouts"`
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
	MarkdownDescription: "Signs an image with a Cloud KMS key and writes the attestation, like a `binauthz_attestation`, but stores " +
		"nothing in the state. Use it in pipelines to attest every built image. The action keeps an existing attestation if it is " +
		"valid, so you can run it any number of times. A destroy never deletes its attestations. With `require`, it attests an " +
		"image only if the vulnerability scan and the provenance pass.\n\nNeeds Terraform 1.14 or later; OpenTofu has no actions. " +
		"`terraform apply -invoke=action.binauthz_sign_attestation.NAME` invokes it alone. A resource can also trigger it: with " +
		"`before_create` and `before_update`, Terraform attests the image before it changes the resource.\n\n" + signPermissions,
	Attributes: map[string]schema.Attribute{
		"attestor": schema.StringAttribute{
			Required: true, MarkdownDescription: "The attestor: full name `projects/{project}/attestors/{name}`, or a short name in " +
				"the project of the attestation.",
		},
		"image": schema.StringAttribute{
			Required: true, Validators: []validator.String{attestable},
			MarkdownDescription: "The image with its digest, without a scheme or tag: `{registry}/{repository}@sha256:{digest}`. The " +
				"data source `binauthz_image` finds the digest of a tag.",
		},
		"kms_key_version": schema.StringAttribute{
			Required: true, Validators: []validator.String{keyVersion},
			MarkdownDescription: "Full name of the Cloud KMS key version for the signature: " +
				"`projects/{project}/locations/{location}/keyRings/{ring}/cryptoKeys/{key}/cryptoKeyVersions/{version}`. It must " +
				"be a key of the attestor, with any id.",
		},
		"project": schema.StringAttribute{
			Optional: true, Validators: []validator.String{lifecycle.ProjectID},
			MarkdownDescription: "Id of the project of the attestation. The image, note and attestor can be in other projects. " +
				"Absent or empty means the provider's project.",
		},
		fieldRequire: checkschema.InAction(describeRequire),
	},
	Blocks: map[string]schema.Block{"timeouts": limitOfAction()},
}

// limitOfAction is the time limit of the action.
func limitOfAction() schema.Block {
	block := timeouts.BlockWithOpts(context.Background(), timeouts.Opts{InvokeDescription: howLong})
	if nested, ok := block.(schema.SingleNestedBlock); ok {
		nested.Validators = append(nested.Validators, lifecycle.AboveZero{})
		return nested
	}
	return block
}

// model converts the configuration to the model of the resource.
func (o *order) model() *model {
	return &model{Attestor: o.Attestor, Image: o.Image, KMSKeyVersion: o.KMSKeyVersion, Project: o.Project, Require: o.Require}
}

// planSign makes the same checks as the plan of the resource.
func planSign(ctx context.Context, run *lifecycle.Run[order]) error {
	m := run.Config.model()
	if err := validRequire(ctx, m.Require); err != nil {
		return err
	}
	if m.Image.IsUnknown() || m.Project.IsUnknown() {
		return nil
	}
	project, err := lifecycle.DefaultProject(run.Clients, m.Project)
	if err != nil {
		return err
	}
	m.Project = types.StringValue(project)
	if refused := refusedByPlan(ctx, run.Clients, m, nothingToSign, run.Diags); len(refused) > 0 {
		return lifecycle.ManyErrors(refused)
	}
	if !m.complete() {
		return nil
	}
	return planKey(ctx, run.Clients, run.Walk, m, run.Diags)
}

func sign(ctx context.Context, run *lifecycle.Run[order]) error {
	o := run.Config
	ctx, cancel, err := limited(ctx, o.Timeouts.Invoke)
	if err != nil {
		return err
	}
	defer cancel()
	project, err := lifecycle.DefaultProject(run.Clients, o.Project)
	if err != nil {
		return err
	}
	r, err := kmsRequest(o.Attestor.ValueString(), o.Image.ValueString(), project, o.KMSKeyVersion.ValueString())
	if err != nil {
		return err
	}
	wanted, err := demandOf(ctx, run.Clients, o.Require, r.image, project, nothingSigned)
	if err != nil {
		return err
	}
	made, err := attestImage(ctx, run.Clients, r, signing{demand: wanted, progress: run.Progress})
	if err != nil {
		return err
	}
	if made.unvalidated != nil && deniedOnly(made.unvalidated) == nil {
		return made.unvalidated
	}
	warnUnvalidated(&change{Diags: run.Diags}, made)
	return nil
}
