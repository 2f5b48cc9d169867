package platformpolicy

import (
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/binauthz/terraform-provider-binauthz/internal/attest"
	"github.com/binauthz/terraform-provider-binauthz/internal/resname"
)

// validateKey requires a key in PEM with its algorithm, or in Cloud KMS. An import writes both, and
// the plan compares them.
func validateKey(key types.Object, at path.Path, diags *diag.Diagnostics) {
	version, pem, a := attribute(key, kmsKeyVersion), attribute(key, publicKeyPEM), attribute(key, algorithm)
	if isGiven(version) {
		if _, err := resname.ParseKMSKeyVersion(text(version)); err != nil {
			diags.AddAttributeError(at.AtName(kmsKeyVersion), "Invalid Cloud KMS key version", err.Error())
		}
	}
	if isNull(version) && (isNull(pem) || isNull(a)) {
		diags.AddAttributeError(at, "Invalid public key", "A key needs public_key_pem and signature_algorithm, or kms_key_version.")
		return
	}
	if !isGiven(a) {
		return
	}
	named, err := attest.ParseAlgorithm(text(a))
	if err != nil {
		diags.AddAttributeError(at.AtName(algorithm), "Invalid signature algorithm", err.Error())
		return
	}
	public, err := attest.ParsePKIX(text(pem))
	if err != nil {
		return // unknown, or reported at public_key_pem
	}
	if err := public.Check(named); err != nil {
		diags.AddAttributeError(at.AtName(algorithm), "Signature algorithm does not fit the key", err.Error())
	}
}
