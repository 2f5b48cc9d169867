package platformpolicy

import (
	"errors"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"

	"github.com/binauthz/terraform-provider-binauthz/internal/admission"
	"github.com/binauthz/terraform-provider-binauthz/internal/checkschema"
	"github.com/binauthz/terraform-provider-binauthz/internal/rulevalue"
)

const fieldMustConform = "must_conform"

var mustConform = schema.ListNestedAttribute{
	Optional: true,
	MarkdownDescription: "Images that must conform to the planned policy. The plan evaluates the policy in the provider, with " +
		"existing occurrences, upload times and signatures, and the apply repeats this right before it writes. If an image does " +
		"not conform, the plan fails with each violated check, and nothing is written. An undetermined result is a warning with " +
		"the reason: unreadable evidence, custom constraints, or behavior not documented by Google. During an outage, the apply " +
		"writes nothing. After the write, the data source `binauthz_platform_policy_evaluation` asks the service itself. " +
		"Every plan repeats the checks: if it changes " +
		"nothing and an image no longer conforms, for example because of a new finding, it warns. Checks that depend on unknown " +
		"values are left to the apply, and so is an image that only lacks an attestation, because it can be attested before the " +
		"write. The plan lists them. If the same configuration attests the image, refer to it: `binauthz_attestation.NAME.image`. " +
		"A plan that destroys the attestation of an image warns. Google monitors by the policy and enforces nothing: a " +
		"conformant image is not necessarily admitted, and another image is not refused. With `emulator_host`, the provider cannot " +
		"read Sigstore signatures in Google's registries, and `sigstore_signature_check` is a warning.\n\nPermissions: " +
		"`containeranalysis.occurrences.list` (role `roles/containeranalysis.occurrences.viewer`) in the projects of the checks; " +
		"`artifactregistry.dockerimages.get` for `image_freshness_check`, and `artifactregistry.repositories.downloadArtifacts` " +
		"for `sigstore_signature_check` (both in role `roles/artifactregistry.reader`) on the image's repository.",
	Validators: []validator.List{checkschema.NoNulls{}},
	NestedObject: schema.NestedAttributeObject{Attributes: map[string]schema.Attribute{
		"image": schema.StringAttribute{
			Optional: true, MarkdownDescription: "The image with its digest. Only trusted directory checks do not need the digest. " +
				"Exactly one of `image` and `manifest`.",
		},
		"manifest": schema.StringAttribute{
			Optional: true, MarkdownDescription: rulevalue.Manifest + " All of its images must conform.",
		},
		"namespace": schema.StringAttribute{
			Optional: true, MarkdownDescription: "The Kubernetes namespace of `image`, `default` if absent. With `manifest`, the " +
				"namespace of workloads without their own, like `kubectl --namespace`.",
			Validators: []validator.String{checkschema.Check("Invalid namespace", inScope(admission.ScopeNamespace))},
		},
		"service_account": schema.StringAttribute{
			Optional: true, MarkdownDescription: "The Kubernetes service account of `image`, without its namespace; `default` if absent. " +
				"With `manifest`, the service account of pods without their own.",
			Validators: []validator.String{checkschema.Check("Invalid service account", checkAccount)},
		},
	}},
}

// checkAccount explains why a text is not the name of a service account.
func checkAccount(name string) error {
	if strings.Contains(name, ":") {
		return errors.New("write the service account alone, and its namespace in the attribute namespace")
	}
	return admission.CheckKey(admission.ScopeServiceAccount, "default:"+name)
}
