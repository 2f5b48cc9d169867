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
	MarkdownDescription: "The current digest of an image reference, read from its registry. Attestations are about " +
		"digests; this data source resolves a tag to one.\n\n**Which digest to attest:** the digest in the Pod's " +
		"specification. GKE passes the image to Binary Authorization as written in the Pod, and an attestation " +
		"counts if it is about that digest. A tag of a multi-platform image names an index: a list of manifests, one " +
		"for each platform. `digest` and `fully_qualified_digest` are then those of the index, as shown by `crane " +
		"digest`, `docker buildx imagetools inspect` and `gcloud artifacts docker images describe`. Attest and " +
		"deploy `fully_qualified_digest`; the node selects the manifest of its platform itself. Attest " +
		"`platform_manifest` only if the Pod's specification names the manifest of one platform.\n\nA tag can move " +
		"between two runs. So attest and deploy the result of one read: use this data source for " +
		"both.\n\n**Credentials:** Artifact Registry (`*.pkg.dev`, `*.gcr.io`) is read with the provider's " +
		"credentials. They are sent to no other host. Other registries, and with an emulator all registries, are " +
		"read with the credentials of the Docker configuration (`docker login`, credential helpers), or anonymously. " +
		"Registries must use https, except on the local machine.\n\nPermission: " +
		"`artifactregistry.repositories.downloadArtifacts` (role `roles/artifactregistry.reader`).",
	Attributes: map[string]schema.Attribute{
		"id": computed("The same as `fully_qualified_digest`."),
		"image": schema.StringAttribute{
			Required: true, Validators: []validator.String{reference},
			MarkdownDescription: "The image as in a Pod or `docker pull`: `{registry}/{repository}` with `:{tag}` or " +
				"`@sha256:…`; without both, the tag is `latest`. An image with a digest is read too: it must exist.",
		},
		"platform": schema.StringAttribute{
			Optional: true,
			Validators: []validator.String{stringvalidator.RegexMatches(platformForm,
				`must be os/architecture, os/architecture/variant or os/architecture:version, such as "linux/amd64"`)},
			MarkdownDescription: "A required platform of the image, such as `linux/amd64`, `linux/arm/v7` or " +
				"`windows/amd64:10.0.20348.2700`. It sets `platform_manifest`; the other attributes stay those of " +
				"the reference.",
		},
		"digest": computed("Digest of the reference: of the index, if it names one."),
		"fully_qualified_digest": computed("The image with this digest and without a tag, " +
			"`{registry}/{repository}@sha256:…`, to attest and to deploy."),
		"media_type": computed("Media type of the reference, such as `application/vnd.oci.image.index.v1+json`."),
		"manifests": schema.ListNestedAttribute{
			Computed:            true,
			MarkdownDescription: "The manifests of an index, in its order. Empty if the reference names a single manifest.",
			NestedObject:        schema.NestedAttributeObject{Attributes: manifestAttributes},
		},
		"platform_manifest": schema.SingleNestedAttribute{
			Computed: true, MarkdownDescription: "The manifest for `platform`; null without `platform`.", Attributes: manifestAttributes,
		},
	},
}

var manifestAttributes = map[string]schema.Attribute{
	"platform": computed("Platform of the manifest, such as `linux/arm64/v8`. Empty if unspecified, " +
		"`unknown/unknown` for additions of builders, such as provenance."),
	"digest":                 computed("Digest of the manifest."),
	"fully_qualified_digest": computed("The image with this digest."),
	"media_type":             computed("Media type of the manifest."),
}

func computed(text string) schema.StringAttribute {
	return schema.StringAttribute{Computed: true, MarkdownDescription: text}
}

// platformForm is the form of platforms printed by go-containerregistry.
var platformForm = regexp.MustCompile(`^[a-z0-9]+/[a-z0-9_]+(/[a-z0-9.]+)?(:[A-Za-z0-9.]+)?$`)

// reference accepts references to images.
var reference = lifecycle.Check("Invalid image", "must be a reference to an image, such as "+
	"us-docker.pkg.dev/project/repository/image:tag", func(image string) error {
	_, err := admission.ParseImage(image)
	return err
})
