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

// permissions is the sentence of the documentation that says what the resource needs.
const permissions = "Permissions: `binaryauthorization.attestors.create`, `.get`, `.update`, `.delete` (role `roles/binaryauthorization.attestorsEditor`); " +
	"`binaryauthorization.attestors.list` makes plans over many attestors cheaper; " +
	"`cloudkms.cryptoKeyVersions.viewPublicKey` (role `roles/cloudkms.publicKeyViewer`) for keys by `kms_key_version`. " +
	"With `containeranalysis.notes.get`, a plan warns of a note that is not there. " +
	"To create an attestor, Google's documentation also asks for `containeranalysis.notes.listOccurrences` on its note (role `roles/containeranalysis.notes.occurrences.viewer`). " +
	"With it, a plan that takes a key away says how many attestations lose their only key, and one that destroys the attestor or moves it to another note how many it verifies; " +
	"with `binaryauthorization.policy.get` (role `roles/binaryauthorization.policyViewer`), a plan that takes the last key names the enforced rules that refuse every image then."

// attestorID refuses paths. The service's own rule for attestor ids is not published.
var attestorID = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._~-]*$`)

var describe = schema.Schema{
	MarkdownDescription: "An attestor: someone who vouches for images with a signature. A policy that requires the attestor admits an image " +
		"only if an attestation on the attestor's note verifies with one of its public keys.\n\n" +
		"If somebody else changed the attestor after the plan was made, the apply stops, says what changed, and writes nothing.\n\n" + permissions,
	Attributes: map[string]schema.Attribute{
		"id": schema.StringAttribute{
			Computed: true, MarkdownDescription: "Full name of the attestor: `projects/{project}/attestors/{name}`.",
			PlanModifiers: []planmodifier.String{stringplanmodifier.UseStateForUnknown()},
		},
		"project": schema.StringAttribute{
			Optional: true, Computed: true, MarkdownDescription: "Id of the project the attestor is in. Absent or empty, it is the provider's. Changing it makes a new attestor.",
			Validators: []validator.String{lifecycle.ProjectID},
		},
		"name": schema.StringAttribute{
			Required: true, MarkdownDescription: "Short name of the attestor. Changing it makes a new attestor.",
			Validators:    []validator.String{stringvalidator.RegexMatches(attestorID, "must be a bare attestor id, such as \"built-by-ci\", not a path")},
			PlanModifiers: []planmodifier.String{stringplanmodifier.RequiresReplace()},
		},
		"description": schema.StringAttribute{Optional: true, Computed: true, MarkdownDescription: "What an attestation of this attestor means. Absent means empty."},
		"note": schema.StringAttribute{
			Required: true, MarkdownDescription: "The note from which attestations are read: full name `projects/{project}/notes/{note}`, or the short name of a note in the attestor's project. " +
				"The project has to be given by id, not by number. Changing it makes a new attestor.",
		},
		"public_keys": publicKeys,
		"delegation_service_account_email": schema.StringAttribute{
			Computed: true, MarkdownDescription: "The service account that reads attestations for the attestor. It needs `roles/containeranalysis.notes.occurrences.viewer` on a note in another project.",
			PlanModifiers: []planmodifier.String{stringplanmodifier.UseStateForUnknown()},
		},
		"update_time": schema.StringAttribute{Computed: true, MarkdownDescription: "When the attestor was last changed, in RFC 3339."},
	},
}

var publicKeys = schema.ListNestedAttribute{
	Optional: true, Computed: true,
	MarkdownDescription: "The keys of which any one verifies an attestation. Their order means nothing. Each key gives exactly one of `kms_key_version`, `pkix` and `pgp`; an import may write `pkix` beside `kms_key_version`.\n\n" +
		"Empty (`[]`) means no keys: then the attestor verifies nothing. **Absent means that the keys are not managed here**: they stay as they are, and `binauthz_attestor_key` or somebody else keeps them; " +
		"a new attestor has none. So the attribute cannot be taken out to remove keys: set it to `[]`.",
	NestedObject: schema.NestedAttributeObject{Attributes: keyAttributes("id")},
}
