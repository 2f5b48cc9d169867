package platformpolicy

import (
	"regexp"

	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringdefault"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/binauthz/terraform-provider-binauthz/internal/admission"
	"github.com/binauthz/terraform-provider-binauthz/internal/checkschema"
	"github.com/binauthz/terraform-provider-binauthz/internal/lifecycle"
)

// Effects of a destroy.
const (
	deletionDelete  = "DELETE"
	deletionPrevent = "PREVENT"
	deletionAbandon = "ABANDON"
)

const preview = "A check-based platform policy for GKE: the requirements for images. Google monitors the pods of bound clusters with " +
	"it (continuous validation), and logs violations at least every 24 hours. **It keeps no image from running**: use " +
	"`binauthz_policy` for that. Check-based platform policies are a Preview of Google's."

const permissions = "Permissions: `binaryauthorization.platformPolicies.create`, `.get`, `.replace`, `.delete` (role " +
	"`roles/binaryauthorization.policyEditor`); with `binaryauthorization.platformPolicies.list`, plans over many policies need " +
	"fewer calls; `cloudkms.cryptoKeyVersions.viewPublicKey` (role `roles/cloudkms.publicKeyViewer`) for keys by " +
	"`kms_key_version`. With `container.clusters.list` (role `roles/container.clusterViewer`), a plan that destroys or weakens the " +
	"policy names its monitored clusters in the project. Without it, the plan warns that they were not checked. Clusters of other " +
	"projects are never checked."

// policyID is the form accepted by gcloud. The service's own rule is not published.
var policyID = regexp.MustCompile(`^[a-zA-Z0-9_-]+$`)

var describe = schema.Schema{
	MarkdownDescription: preview + "\n\nGoogle evaluates exactly one check set for a pod: the first with a matching scope. All of " +
		"its checks count.\n\nWith `must_conform`, the plan evaluates the policy for images before it is written.\n\nIf the policy " +
		"changes after the plan, the apply stops, lists the changes, and writes nothing.\n\n" + permissions,
	Attributes: map[string]schema.Attribute{
		"id": schema.StringAttribute{
			Computed: true, MarkdownDescription: "Full name of the policy: `projects/{project}/platforms/gke/policies/{name}`.",
			PlanModifiers: []planmodifier.String{stringplanmodifier.UseStateForUnknown()},
		},
		"project": schema.StringAttribute{
			Optional: true, Computed: true, MarkdownDescription: "Id of the project. Absent or empty means the provider's project. A " +
				"change replaces the policy.",
			Validators: []validator.String{lifecycle.ProjectID},
		},
		"name": schema.StringAttribute{
			Required: true, MarkdownDescription: "Short name of the policy. A change replaces the policy.",
			Validators: []validator.String{stringvalidator.RegexMatches(policyID,
				"must be a bare policy id of letters, digits, - and _, such as \"production\", not a path")},
			PlanModifiers: []planmodifier.String{stringplanmodifier.RequiresReplace()},
		},
		"description": schema.StringAttribute{Optional: true, Computed: true, MarkdownDescription: "Description of the policy. " +
			"Absent means empty."},
		"gke_policy":   gkePolicy,
		"must_conform": mustConform,
		"deletion_policy": schema.StringAttribute{
			Optional: true, Computed: true, Default: stringdefault.StaticString(deletionDelete),
			MarkdownDescription: "Effect of a destroy: `DELETE` (default) deletes the policy, `PREVENT` refuses the destroy, " +
				"`ABANDON` keeps the policy.",
			Validators: []validator.String{stringvalidator.OneOf(deletionDelete, deletionPrevent, deletionAbandon)},
		},
		"etag": schema.StringAttribute{
			Computed: true, MarkdownDescription: "Etag of the policy. A write uses it to detect other changes.",
		},
		"update_time": schema.StringAttribute{
			Computed: true, MarkdownDescription: "Time of the last change of the policy, in RFC 3339.",
		},
	},
}

// policyType is the type of gke_policy.
var policyType, _ = gkePolicy.GetType().(types.ObjectType)

var gkePolicy = schema.SingleNestedAttribute{
	Required: true, MarkdownDescription: "The policy.",
	Attributes: map[string]schema.Attribute{
		allowlist: patterns("Images exempted from the whole policy"),
		"check_sets": schema.ListNestedAttribute{
			Optional: true, Computed: true,
			MarkdownDescription: "The check sets. Google evaluates the first with a matching scope. Order: a set for a service " +
				"account comes before the set for its namespace, and the last set has no scope. Each scope has only one check set. " +
				"Empty or absent allows everything.",
			Validators: []validator.List{checkschema.NoNulls{}},
			NestedObject: schema.NestedAttributeObject{Attributes: map[string]schema.Attribute{
				"display_name": checkschema.Optional("Name of the check set in messages."),
				"scope": schema.SingleNestedAttribute{
					Optional: true, MarkdownDescription: "Scope of the check set: one of the two attributes. Absent means all pods " +
						"without another check set.",
					Attributes: map[string]schema.Attribute{
						"kubernetes_namespace": checkschema.Optional("A Kubernetes namespace, such as `payments`.",
							checkschema.Check("Invalid namespace", inScope(admission.ScopeNamespace))),
						"kubernetes_service_account": checkschema.Optional(
							"A Kubernetes service account with its namespace, such as `payments:default`.",
							checkschema.Check("Invalid service account", inScope(admission.ScopeServiceAccount))),
					},
				},
				allowlist: patterns("Images exempted from the checks of this set"),
				"checks": schema.ListNestedAttribute{
					Optional: true, Computed: true, MarkdownDescription: "The checks. All of them count. Each has exactly one kind. " +
						"Empty or absent allows everything.",
					Validators:   []validator.List{checkschema.NoNulls{}},
					NestedObject: schema.NestedAttributeObject{Attributes: checkAttributes},
				},
			}},
		},
	},
}

func inScope(s admission.Scope) func(string) error {
	return func(key string) error { return admission.CheckKey(s, key) }
}
