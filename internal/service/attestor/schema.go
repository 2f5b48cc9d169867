package attestor

import (
	"regexp"

	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"

	"github.com/binauthz/terraform-provider-binauthz/internal/lifecycle"
)

// permissions is the paragraph about permissions in the description of the resource.
const permissions = "Permissions: `binaryauthorization.attestors.create`, `.get`, `.update`, `.delete` (role " +
	"`roles/binaryauthorization.attestorsEditor`); `cloudkms.cryptoKeyVersions.viewPublicKey` (role " +
	"`roles/cloudkms.publicKeyViewer`) for keys by `kms_key_version`. To create an attestor, Google's documentation " +
	"also asks for `containeranalysis.notes.listOccurrences` on its note (role " +
	"`roles/containeranalysis.notes.occurrences.viewer`).\n\nOptional: `binaryauthorization.attestors.list` makes " +
	"plans of many attestors cheaper. With `containeranalysis.notes.get`, a plan warns about a missing note. With " +
	"`containeranalysis.notes.listOccurrences`, a plan counts the attestations that lose their only key or their " +
	"attestor. With `binaryauthorization.policy.get` (role `roles/binaryauthorization.policyViewer`), a plan that " +
	"removes the last key lists the enforced rules that then refuse every image."

// attestorID refuses paths. The service's own rule for attestor ids is not published.
var attestorID = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._~-]*$`)

var describe = schema.Schema{
	MarkdownDescription: "An attestor: it vouches for images with signatures. A policy that requires the attestor " +
		"admits an image only if one of the attestor's public keys verifies an attestation on the attestor's " +
		"note.\n\nIf the attestor has changed since the plan, the apply writes nothing and shows the difference.\n\n" + permissions,
	Attributes: map[string]schema.Attribute{
		"id": schema.StringAttribute{
			Computed: true, MarkdownDescription: "Full name of the attestor: `projects/{project}/attestors/{name}`.",
			PlanModifiers: []planmodifier.String{stringplanmodifier.UseStateForUnknown()},
		},
		"project": schema.StringAttribute{
			Optional: true, Computed: true,
			MarkdownDescription: "Id of the attestor's project. Absent or empty means the provider's project. A " +
				"change replaces the attestor.",
			Validators: []validator.String{lifecycle.ProjectID},
		},
		"name": schema.StringAttribute{
			Required: true, MarkdownDescription: "Short name of the attestor. A change replaces the attestor.",
			Validators: []validator.String{stringvalidator.RegexMatches(attestorID,
				"must be a bare attestor id, such as \"built-by-ci\", not a path")},
			PlanModifiers: []planmodifier.String{stringplanmodifier.RequiresReplace()},
		},
		"description": schema.StringAttribute{
			Optional: true, Computed: true,
			MarkdownDescription: "Meaning of the attestor's attestations. Absent means empty.",
		},
		"note": schema.StringAttribute{
			Required: true,
			MarkdownDescription: "The note with the attestations: full name `projects/{project}/notes/{note}`, or " +
				"the short name of a note in the attestor's project. Use the id of its project, not the number. A " +
				"change replaces the attestor.",
		},
		"public_keys": publicKeys,
		"delegation_service_account_email": schema.StringAttribute{
			Computed: true,
			MarkdownDescription: "The service account used to read attestations for the attestor. For a note in " +
				"another project, it needs `roles/containeranalysis.notes.occurrences.viewer` on the note.",
			PlanModifiers: []planmodifier.String{stringplanmodifier.UseStateForUnknown()},
		},
		"update_time": schema.StringAttribute{
			Computed:            true,
			MarkdownDescription: "Time of the last change of the attestor, in RFC 3339.",
		},
	},
}

var publicKeys = schema.ListNestedAttribute{
	Optional: true, Computed: true,
	MarkdownDescription: "The public keys. Any one of them can verify an attestation. Their order means nothing. Set " +
		"exactly one of `kms_key_version`, `pkix` and `pgp` for each key; an import may write `pkix` next to " +
		"`kms_key_version`.\n\nEmpty (`[]`) means no keys: the attestor then verifies nothing. **Absent means that " +
		"the keys are not managed here.** Existing keys stay, and a new attestor has none; add keys with " +
		"`binauthz_attestor_key` or outside Terraform. To remove all keys, set `[]`: removing the attribute keeps " +
		"them.",
	NestedObject: schema.NestedAttributeObject{Attributes: keyAttributes("id")},
}
