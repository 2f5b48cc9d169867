package attestation

import (
	"context"
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"

	"github.com/binauthz/terraform-provider-binauthz/internal/attest"
	"github.com/binauthz/terraform-provider-binauthz/internal/lifecycle"
	"github.com/binauthz/terraform-provider-binauthz/internal/resname"
)

// checkConfig refuses errors independent of the attestor: no signer, or a payload about another
// image.
func checkConfig(_ context.Context, c *change) {
	m := c.Config
	if m.KMSKeyVersion.IsNull() && m.Signature.IsNull() {
		c.Diags.AddAttributeError(path.Root("kms_key_version"), "Missing signer",
			"Set kms_key_version for a signature by Cloud KMS, or signature and public_key_id for a ready signature.")
	}
	if m.SerializedPayload.IsNull() || m.SerializedPayload.IsUnknown() || m.Image.IsNull() || m.Image.IsUnknown() {
		return
	}
	_, digest, err := attest.ParsePayload([]byte(m.SerializedPayload.ValueString()))
	if err == nil && !strings.HasSuffix(m.Image.ValueString(), "@"+digest) {
		err = fmt.Errorf("the payload is about %s, but the image is %s", digest, m.Image.ValueString())
	}
	if err != nil {
		c.Diags.AddAttributeError(path.Root("serialized_payload"), "Invalid payload", err.Error())
	}
}

// keyVersion accepts the name of a Cloud KMS key version.
var keyVersion = lifecycle.Check("Invalid key version", "must be the full name of a Cloud KMS key version", func(name string) error {
	_, err := resname.ParseKMSKeyVersion(name)
	return err
})

// isBase64 accepts base64, in one line or several. It refuses a private key, because a plan file
// would store it.
type isBase64 struct{}

func (isBase64) Description(context.Context) string               { return "must be base64" }
func (v isBase64) MarkdownDescription(ctx context.Context) string { return v.Description(ctx) }

func (isBase64) ValidateString(_ context.Context, req validator.StringRequest, resp *validator.StringResponse) {
	if req.ConfigValue.IsNull() || req.ConfigValue.IsUnknown() {
		return
	}
	signature, err := decoded(req.ConfigValue)
	switch {
	case attest.HoldsPrivateKey(signature), attest.HoldsPrivateKey([]byte(req.ConfigValue.ValueString())):
		resp.Diagnostics.AddAttributeError(req.Path, "Invalid signature",
			"This is a private key, not a signature. Remove it from the configuration. Sign the payload with it, and encode the "+
				"output.")
	case err != nil || len(signature) == 0:
		resp.Diagnostics.AddAttributeError(req.Path, "Invalid signature", "The signature is not valid base64. Encode the output of "+
			"the signer: filebase64(\"payload.sig\") or base64encode(…).")
	}
}
