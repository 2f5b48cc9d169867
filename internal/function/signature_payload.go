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
			Summary: "What an attestation of an image signs.",
			MarkdownDescription: "What an attestation of an image signs, byte for byte as `gcloud container binauthz create-signature-payload` prints it, " +
				"the line end after the last brace included. Sign it with a tool of your own, and give the signature to a `binauthz_attestation`.",
			Parameters: []framework.Parameter{
				text("image", "The image with its digest and without a tag: `registry/repository@sha256:…`. A scheme in front, such as `https://`, does not count."),
			},
			Return: framework.StringReturn{},
		},
		run: signaturePayload,
	}
}

// resolve is what to do about a tag. Both commands print the digest that the tag stands for now.
const resolve = "A tag can be moved, so what is attested is a digest. Resolve the tag with the data source binauthz_image, or with one of\n\n" +
	"  gcloud artifacts docker images describe IMAGE --format='value(image_summary.digest)'\n  crane digest IMAGE"

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
