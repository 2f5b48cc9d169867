package image

import (
	"regexp"

	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"

	"github.com/binauthz/terraform-provider-binauthz/internal/admission"
	"github.com/binauthz/terraform-provider-binauthz/internal/lifecycle"
)

var describe = schema.Schema{
	MarkdownDescription: "The digest that a reference to an image stands for now, read from its registry. Attestations are about digests; this turns a tag into one.\n\n" +
		"**Which digest to attest:** the one in the Pod's specification. GKE hands Binary Authorization the image as the Pod names it, and an attestation counts if it is about that digest. What a tag of a multi-platform image names is an index: a list of manifests, one for each platform. " +
		"`digest` and `fully_qualified_digest` are the index's then, as `crane digest`, `docker buildx imagetools inspect` and `gcloud artifacts docker images describe` show it. Attest `fully_qualified_digest`, and deploy `fully_qualified_digest`; " +
		"the node takes its platform's manifest out of the index itself. Only where the Pod's specification names the manifest of one platform, attest that one: `platform_manifest`.\n\n" +
		"A tag can move between two runs. What is attested and what is deployed should come from one reading: use this data source's result for both.\n\n" +
		"**Credentials:** Artifact Registry (`*.pkg.dev`, `*.gcr.io`) is read with the provider's credentials, which are sent to no other host. Other registries, and all of them while an emulator is used, are read with the Docker configuration's credentials " +
		"(`docker login`, credential helpers), or anonymously. Every registry has to speak https, except on this machine.\n\n" +
		"Permission: `artifactregistry.repositories.downloadArtifacts` (role `roles/artifactregistry.reader`).",
	Attributes: map[string]schema.Attribute{
		"id": computed("The same as `fully_qualified_digest`."),
		"image": schema.StringAttribute{
			Required: true, Validators: []validator.String{reference},
			MarkdownDescription: "The image as a Pod or `docker pull` names it: `{registry}/{repository}`, with `:{tag}`, with `@sha256:…`, or with neither, which is the tag `latest`. With a digest it is read all the same: it has to be there.",
		},
		"platform": schema.StringAttribute{
			Optional: true,
			Validators: []validator.String{stringvalidator.RegexMatches(platformForm,
				`must be os/architecture, os/architecture/variant or os/architecture:version, such as "linux/amd64"`)},
			MarkdownDescription: "A platform that the image has to have, such as `linux/amd64`, `linux/arm/v7` or `windows/amd64:10.0.20348.2700`. It fills `platform_manifest`; the other attributes stay those of what the reference names.",
		},
		"digest":                 computed("Digest of what the reference names: of the index, where it names one."),
		"fully_qualified_digest": computed("The image with this digest and without a tag, `{registry}/{repository}@sha256:…`: what to attest and to deploy."),
		"media_type":             computed("Media type of what the reference names, such as `application/vnd.oci.image.index.v1+json`."),
		"manifests": schema.ListNestedAttribute{
			Computed: true, MarkdownDescription: "The manifests of an index, in its order. Empty where the reference names a single manifest.",
			NestedObject: schema.NestedAttributeObject{Attributes: manifestAttributes},
		},
		"platform_manifest": schema.SingleNestedAttribute{
			Computed: true, MarkdownDescription: "The manifest for `platform`; null without one.", Attributes: manifestAttributes,
		},
	},
}

var manifestAttributes = map[string]schema.Attribute{
	"platform":               computed("Platform of the manifest, such as `linux/arm64/v8`. Empty where nothing says it, `unknown/unknown` for what builders add, such as provenance."),
	"digest":                 computed("Digest of the manifest."),
	"fully_qualified_digest": computed("The image with this digest."),
	"media_type":             computed("Media type of the manifest."),
}

func computed(text string) schema.StringAttribute {
	return schema.StringAttribute{Computed: true, MarkdownDescription: text}
}

// platformForm is the form that go-containerregistry prints platforms in.
var platformForm = regexp.MustCompile(`^[a-z0-9]+/[a-z0-9_]+(/[a-z0-9.]+)?(:[A-Za-z0-9.]+)?$`)

// reference accepts what is a reference to an image.
var reference = lifecycle.Check("Invalid image", "must be a reference to an image, such as us-docker.pkg.dev/project/repository/image:tag", func(image string) error {
	_, err := admission.ParseImage(image)
	return err
})
