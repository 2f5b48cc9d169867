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
			Required: true, MarkdownDescription: "`ALWAYS_ALLOW`, `ALWAYS_DENY`, or `REQUIRE_ATTESTATION` (by every attestor in " +
				"`require_attestations_by`).",
			Validators: []validator.String{stringvalidator.OneOf("ALWAYS_ALLOW", "ALWAYS_DENY", "REQUIRE_ATTESTATION")},
		},
		"enforcement_mode": schema.StringAttribute{
			Required: true, MarkdownDescription: "`ENFORCED_BLOCK_AND_AUDIT_LOG`, or `DRYRUN_AUDIT_LOG_ONLY` to admit all pods and only " +
				"log violations.",
			Validators: []validator.String{stringvalidator.OneOf("ENFORCED_BLOCK_AND_AUDIT_LOG", "DRYRUN_AUDIT_LOG_ONLY")},
		},
		"require_attestations_by": schema.SetAttribute{
			Optional: true, ElementType: types.StringType,
			MarkdownDescription: "Attestors; all of them must have attested the image. Full names " +
				"`projects/{project}/attestors/{attestor}`, or short names in the project of the policy. Required with " +
				"`REQUIRE_ATTESTATION`, not allowed otherwise.",
		},
	}
}

// Given are the attributes of a rule in the configuration of a data source.
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

// Shown are the computed attributes of a rule in a data source.
func Shown() map[string]datasource.Attribute {
	text := func(s string) datasource.StringAttribute {
		return datasource.StringAttribute{Computed: true, MarkdownDescription: s}
	}
	return map[string]datasource.Attribute{
		"evaluation_mode":  text("`ALWAYS_ALLOW`, `ALWAYS_DENY` or `REQUIRE_ATTESTATION`."),
		"enforcement_mode": text("`ENFORCED_BLOCK_AND_AUDIT_LOG` or `DRYRUN_AUDIT_LOG_ONLY`."),
		"require_attestations_by": datasource.SetAttribute{
			Computed: true, ElementType: types.StringType, MarkdownDescription: "Full names of the attestors; all of them must have " +
				"attested the image.",
		},
	}
}

// Sentences of the documentation common to several resources.
const (
	// Permissions lists the permissions to write a policy.
	Permissions = "Permissions: `binaryauthorization.policy.get`, `binaryauthorization.policy.update` (role " +
		"`roles/binaryauthorization.policyEditor`), and `binaryauthorization.attestors.get` for every attestor in a rule (role " +
		"`roles/binaryauthorization.attestorsViewer`). Images in `must_admit` also need `containeranalysis.notes.listOccurrences` on the " +
		"notes of these attestors (role `roles/containeranalysis.notes.occurrences.viewer`)."
	// Standing describes the check of must_admit.
	Standing = "Every plan checks again. If the plan has no change and the policy refuses an image, because an attestation is missing " +
		"or others have changed their parts, it is a warning. If a check needs an unknown value, or an attestor or attestation that " +
		"does not exist yet, the plan says so, and the apply makes the check before it writes. " +
		"If the same configuration attests the image, refer to it: `binauthz_attestation.NAME.image`."
	// Manifest is the description of an attribute for Kubernetes manifests.
	Manifest = "Kubernetes manifests in YAML or JSON, such as `file(\"deployment.yaml\")`: Pod, Deployment, ReplicaSet, " +
		"StatefulSet, DaemonSet, Job, CronJob, ReplicationController, List, " +
		"and several documents. Instead of `image`."
	// Acknowledge continues the description of acknowledge_lockout.
	Acknowledge = " Otherwise the plan fails, and the apply checks again before it writes. A lock-out without a change in the plan is a " +
		"warning. Default `false`."
	// Sharing is the documentation common to rules and allowlist patterns.
	Sharing = "It owns only its own part of the project's policy. Parts of others survive, and several configurations can share one " +
		"policy. Pending edits of one run become one write, guarded by the etag of the policy. " +
		"Do not combine it with `binauthz_policy` for the same project: that resource owns the whole policy.\n\n" +
		"The plan checks the current policy with three changes: the planned change of this part, all planned removals, " +
		"and the rules and patterns listed in `needs`. Other planned parts do not help unless they are in `needs`; " +
		"Terraform then plans and writes them first. " +
		"The apply checks again before each write. It writes no new lock-out without `acknowledge_lockout`, " +
		"and no policy that refuses an image of `must_admit`."
	// Needs is the description of the attribute needs.
	Needs = "Ids of rules and allowlist patterns of the same project required by this part, such as " +
		"`binauthz_policy_allowlist_pattern.base.id`. They are planned, checked and written first, and destroyed last."
)
