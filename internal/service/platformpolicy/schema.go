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
	"github.com/binauthz/terraform-provider-binauthz/internal/lifecycle"
)

// What a destroy does.
const (
	deletionDelete  = "DELETE"
	deletionPrevent = "PREVENT"
	deletionAbandon = "ABANDON"
)

const preview = "A check-based platform policy for GKE: what images have to be like. Google monitors by it the pods of clusters that it " +
	"is bound to (continuous validation), " +
	"and logs those that violate it at least every 24 hours. **It keeps no image from running**: that is what `binauthz_policy` is for. " +
	"Check-based platform policies are a Preview of Google's."

const permissions = "Permissions: `binaryauthorization.platformPolicies.create`, `.get`, `.replace`, `.delete` (role " +
	"`roles/binaryauthorization.policyEditor`); " +
	"`binaryauthorization.platformPolicies.list` makes plans over many policies cheaper; " +
	"`cloudkms.cryptoKeyVersions.viewPublicKey` (role `roles/cloudkms.publicKeyViewer`) for keys by `kms_key_version`. " +
	"With `container.clusters.list` (role `roles/container.clusterViewer`), a plan that destroys the policy or lets it ask for less names " +
	"the clusters of the project that are monitored by it."

// policyID is what gcloud takes. The service's own rule for ids is not published.
var policyID = regexp.MustCompile(`^[a-zA-Z0-9_-]+$`)

var describe = schema.Schema{
	MarkdownDescription: preview + "\n\nExactly one check set is evaluated for a pod: the first whose scope matches. All of its checks " +
		"count.\n\n" +
		"If somebody else changed the policy after the plan was made, the apply stops, says what changed, and writes nothing.\n\n" + permissions,
	Attributes: map[string]schema.Attribute{
		"id": schema.StringAttribute{
			Computed: true, MarkdownDescription: "Full name of the policy: `projects/{project}/platforms/gke/policies/{name}`.",
			PlanModifiers: []planmodifier.String{stringplanmodifier.UseStateForUnknown()},
		},
		"project": schema.StringAttribute{
			Optional: true, Computed: true, MarkdownDescription: "Id of the project the policy is in. Absent or empty, it is the provider's. " +
				"Changing it makes a new policy.",
			Validators: []validator.String{lifecycle.ProjectID},
		},
		"name": schema.StringAttribute{
			Required: true, MarkdownDescription: "Short name of the policy. Changing it makes a new policy.",
			Validators: []validator.String{stringvalidator.RegexMatches(policyID, "must be a bare policy id of letters, digits, - and _, such "+
				"as \"production\", not a path")},
			PlanModifiers: []planmodifier.String{stringplanmodifier.RequiresReplace()},
		},
		"description": schema.StringAttribute{Optional: true, Computed: true, MarkdownDescription: "What the policy is for. Absent means empty."},
		"gke_policy":  gkePolicy,
		"deletion_policy": schema.StringAttribute{
			Optional: true, Computed: true, Default: stringdefault.StaticString(deletionDelete),
			MarkdownDescription: "What a destroy does: `DELETE` (default) deletes the policy, `PREVENT` refuses the destroy, `ABANDON` leaves the " +
				"policy as it is.",
			Validators: []validator.String{stringvalidator.OneOf(deletionDelete, deletionPrevent, deletionAbandon)},
		},
		"etag": schema.StringAttribute{Computed: true, MarkdownDescription: "Version of the policy, by which a write finds out whether " +
			"somebody else has changed it."},
		"update_time": schema.StringAttribute{Computed: true, MarkdownDescription: "When the policy was last changed, in RFC 3339."},
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
			MarkdownDescription: "The check sets, of which the first whose scope matches is evaluated: those of service accounts first, then " +
				"those of namespaces, and last the one without a scope, " +
				"which has to be there. One check set for each scope. Empty or absent: everything is allowed.",
			NestedObject: schema.NestedAttributeObject{Attributes: map[string]schema.Attribute{
				"display_name": optional("A name by which messages call the check set."),
				"scope": schema.SingleNestedAttribute{
					Optional: true, MarkdownDescription: "What the check set is for: one of the two. Absent: everything that no other check set is for.",
					Attributes: map[string]schema.Attribute{
						"kubernetes_namespace": optional("A Kubernetes namespace, such as `payments`.",
							check("Invalid namespace", inScope(admission.ScopeNamespace))),
						"kubernetes_service_account": optional("A Kubernetes service account with its namespace, such as `payments:default`.",
							check("Invalid service account", inScope(admission.ScopeServiceAccount))),
					},
				},
				allowlist: patterns("Images exempted from the checks of this set"),
				"checks": schema.ListNestedAttribute{
					Optional: true, Computed: true, MarkdownDescription: "The checks, all of which count. Each is of exactly one kind. Empty or absent: " +
						"everything is allowed.",
					NestedObject: schema.NestedAttributeObject{Attributes: checkAttributes},
				},
			}},
		},
	},
}

func inScope(s admission.Scope) func(string) error {
	return func(key string) error { return admission.CheckKey(s, key) }
}
