package attestor

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/binauthz/terraform-provider-binauthz/internal/attest"
	"github.com/binauthz/terraform-provider-binauthz/internal/resname"
)

// validate refuses values refused by the API, as far as possible without a call.
func validate(ctx context.Context, c *change) {
	validateNote(c)
	keys, known := configKeys(ctx, c.Config, c.Diags)
	if !known {
		return
	}
	for i := range keys {
		validateKey(&keys[i], inList(i), c.Diags)
	}
}

func validateNote(c *change) {
	if c.Config.Note.IsUnknown() {
		return
	}
	note, err := resname.ParseNote(c.Config.Note.ValueString(), "attestors-own-project")
	switch {
	case err != nil:
		c.Diags.AddAttributeError(path.Root("note"), "Invalid note", err.Error())
	case resname.IsProjectNumber(note.Project):
		c.Diags.AddAttributeError(path.Root("note"), "Invalid note", "Binary Authorization expects the id of the "+
			"note's project, not its number: "+c.Config.Note.ValueString())
	}
}

func validateKey(k *keyModel, at spot, diags *diag.Diagnostics) {
	// An import writes pkix next to kms_key_version. The plan compares it with Cloud KMS.
	given := 0
	for _, is := range []bool{k.KMSKeyVersion.IsNull(), k.PKIX.IsNull() || !k.KMSKeyVersion.IsNull(), k.PGP.IsNull()} {
		if !is {
			given++
		}
	}
	if given != 1 {
		diags.AddAttributeError(at.at, "Invalid public key", "A key needs exactly one of kms_key_version, pkix and "+
			"pgp; this one has "+counts[given]+".")
		return
	}
	validateID(k, at.id, diags)
	validateKMS(k, at.at, diags)
	validatePKIX(k, at.at.AtName("pkix"), diags)
	validatePGP(k, at.at.AtName("pgp"), diags)
}

var counts = [...]string{"none", "one", "two"}

func validateID(k *keyModel, at path.Path, diags *diag.Diagnostics) {
	if k.ID.IsNull() || k.ID.IsUnknown() {
		return
	}
	if !k.PGP.IsNull() {
		if id := k.computedID(); !id.IsUnknown() && !id.Equal(k.ID) {
			diags.AddAttributeError(at, "Invalid key id",
				"Remove id. A PGP key always has its fingerprint as id, here "+id.ValueString()+".")
		}
		return
	}
	if err := attest.CheckKeyID(k.ID.ValueString()); err != nil {
		diags.AddAttributeError(at, "Invalid key id", err.Error())
	}
}

func validateKMS(k *keyModel, at path.Path, diags *diag.Diagnostics) {
	if k.KMSKeyVersion.IsNull() || k.KMSKeyVersion.IsUnknown() {
		return
	}
	if _, err := resname.ParseKMSKeyVersion(k.KMSKeyVersion.ValueString()); err != nil {
		diags.AddAttributeError(at.AtName("kms_key_version"), "Invalid Cloud KMS key version", err.Error())
	}
}

func validatePKIX(k *keyModel, at path.Path, diags *diag.Diagnostics) {
	if k.PKIX.IsNull() || k.PKIX.IsUnknown() {
		return
	}
	algorithm, algorithmErr := attest.ParseAlgorithm(k.algorithm().ValueString())
	if algorithmErr != nil && !k.algorithm().IsUnknown() {
		diags.AddAttributeError(at.AtName("signature_algorithm"), "Invalid signature algorithm", algorithmErr.Error())
	}
	if k.pem().IsUnknown() {
		return
	}
	key, err := attest.ParsePKIX(k.pem().ValueString())
	if err != nil {
		diags.AddAttributeError(at.AtName("public_key_pem"), "Invalid public key", err.Error())
		return
	}
	if algorithmErr == nil && !k.algorithm().IsUnknown() {
		if err := key.Check(algorithm); err != nil {
			diags.AddAttributeError(at.AtName("signature_algorithm"), "Signature algorithm does not fit the key", err.Error())
		}
	}
}

func validatePGP(k *keyModel, at path.Path, diags *diag.Diagnostics) {
	if k.PGP.IsNull() || k.PGP.IsUnknown() || k.armored().IsUnknown() {
		return
	}
	if _, err := attest.ParsePGP(k.armored().ValueString()); err != nil {
		diags.AddAttributeError(at.AtName("ascii_armored_public_key"), "Invalid PGP key", err.Error())
	}
}
