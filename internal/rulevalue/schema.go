package rulevalue

import (
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	datasource "github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// Attributes are the attributes of a rule in a resource.
func Attributes() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"evaluation_mode": schema.StringAttribute{
			Required: true, MarkdownDescription: "`ALWAYS_ALLOW`, `ALWAYS_DENY`, or `REQUIRE_ATTESTATION` by every attestor in `require_attestations_by`.",
			Validators: []validator.String{stringvalidator.OneOf("ALWAYS_ALLOW", "ALWAYS_DENY", "REQUIRE_ATTESTATION")},
		},
		"enforcement_mode": schema.StringAttribute{
			Required: true, MarkdownDescription: "`ENFORCED_BLOCK_AND_AUDIT_LOG`, or `DRYRUN_AUDIT_LOG_ONLY` to admit the pod and only log what would have been refused.",
			Validators: []validator.String{stringvalidator.OneOf("ENFORCED_BLOCK_AND_AUDIT_LOG", "DRYRUN_AUDIT_LOG_ONLY")},
		},
		"require_attestations_by": schema.SetAttribute{
			Optional: true, ElementType: types.StringType,
			MarkdownDescription: "Attestors that all have to have attested the image: full names `projects/{project}/attestors/{attestor}`, or short names in the policy's project. Exactly with `REQUIRE_ATTESTATION`.",
		},
	}
}

// Given are the attributes of a rule in a policy that a data source is given.
func Given() map[string]datasource.Attribute {
	all := map[string]datasource.Attribute{}
	for name, a := range Attributes() {
		switch a := a.(type) {
		case schema.StringAttribute:
			all[name] = datasource.StringAttribute{Required: true, MarkdownDescription: a.MarkdownDescription, Validators: a.Validators}
		case schema.SetAttribute:
			all[name] = datasource.SetAttribute{Optional: true, ElementType: a.ElementType, MarkdownDescription: a.MarkdownDescription}
		}
	}
	return all
}

// Shown are the attributes of a rule in a data source.
func Shown() map[string]datasource.Attribute {
	text := func(s string) datasource.StringAttribute {
		return datasource.StringAttribute{Computed: true, MarkdownDescription: s}
	}
	return map[string]datasource.Attribute{
		"evaluation_mode":  text("`ALWAYS_ALLOW`, `ALWAYS_DENY` or `REQUIRE_ATTESTATION`."),
		"enforcement_mode": text("`ENFORCED_BLOCK_AND_AUDIT_LOG` or `DRYRUN_AUDIT_LOG_ONLY`."),
		"require_attestations_by": datasource.SetAttribute{
			Computed: true, ElementType: types.StringType, MarkdownDescription: "Full names of the attestors that all have to have attested the image.",
		},
	}
}

// Sentences of the documentation that several resources for policies share.
const (
	// Permissions says what writing a policy needs.
	Permissions = "Permissions: `binaryauthorization.policy.get`, `binaryauthorization.policy.update` (role `roles/binaryauthorization.policyEditor`), and " +
		"`binaryauthorization.attestors.get` for every attestor that a rule requires (role `roles/binaryauthorization.attestorsViewer`)."
	// Standing says when images are looked at.
	Standing = "Every plan looks again: if nothing is to be changed and an image is refused all the same, because attestations have gone or others have changed their parts, that is a warning. " +
		"What depends on values that are not known yet, or on attestors and attestations that do not exist yet, is checked by the apply, before it writes; the plan says so. " +
		"If the same configuration attests the image, refer to it: `binauthz_attestation.NAME.image`."
	// Manifest is the description of an attribute that takes Kubernetes manifests.
	Manifest = "Kubernetes manifests in YAML or JSON, such as `file(\"deployment.yaml\")`: Pod, Deployment, ReplicaSet, StatefulSet, DaemonSet, Job, CronJob, ReplicationController, List, " +
		"and several documents. In place of `image`."
	// Acknowledge is the description of acknowledge_lockout behind its first sentence.
	Acknowledge = ", which is an error otherwise, in the plan and again before the apply writes, and a warning where it comes without a change of the plan. Default `false`."
	// Sharing is what both kinds of parts have in their documentation.
	Sharing = "It owns its part of the project's policy and nothing else: what others keep there survives, and several configurations can share one policy. " +
		"Edits that are pending in one run become one write, guarded by the policy's etag. Beside a `binauthz_policy` of the same project it makes no sense: that one owns the policy whole.\n\n" +
		"A plan judges it by the policy as it is, with its own change, without what the same plan removes, and with the rules and patterns that it names in `needs`. " +
		"Other parts of the configuration count in its favour only if it names them, and Terraform then plans and writes them first. " +
		"The apply judges once more what it is about to write, and writes nothing that locks out or refuses an image that must be admitted."
	// Needs is the description of the attribute needs.
	Needs = "Ids of the rules and allowlist patterns of the same project that this one counts on, such as `binauthz_policy_allowlist_pattern.base.id`: they are planned, written and judged first, and destroyed after it."
)
