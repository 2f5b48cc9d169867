package function

import (
	"strings"

	framework "github.com/hashicorp/terraform-plugin-framework/function"

	"github.com/binauthz/terraform-provider-binauthz/internal/attest"
)

// NewSignaturePayload makes the function signature_payload.
func NewSignaturePayload() framework.Function {
	return &pure{
		name: "signature_payload",
		define: framework.Definition{
			Summary: "The signed payload of an attestation.",
			MarkdownDescription: "The payload to sign for an attestation of an image, byte for byte as printed by " +
				"`gcloud container binauthz create-signature-payload`, including the line end after the last brace. " +
				"Sign it with a tool of your own, and pass the signature to a `binauthz_attestation`.",
			Parameters: []framework.Parameter{
				text("image", "The image with its digest and without a tag: `registry/repository@sha256:…`. A scheme "+
					"in front, such as `https://`, is ignored."),
			},
			Return: framework.StringReturn{},
		},
		run: signaturePayload,
	}
}

// resolve is the remedy for a tag. Both commands print its current digest.
const resolve = "A tag can move, so an attestation is about a digest. Resolve the tag with the data source " +
	"binauthz_image, or with one of\n\n  gcloud artifacts docker images describe IMAGE " +
	"--format='value(image_summary.digest)'\n  crane digest IMAGE"

func signaturePayload(arguments []string) (any, *framework.FuncError) {
	payload, err := attest.Payload(arguments[0])
	switch {
	case err == nil:
		return string(payload), nil
	case strings.Contains(arguments[0], "@"):
		return nil, wrong(0, err, "")
	}
	return nil, wrong(0, err, resolve)
}
