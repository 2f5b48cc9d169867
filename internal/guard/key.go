package guard

import (
	"errors"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/binauthz/terraform-provider-binauthz/internal/gcp"
	"github.com/binauthz/terraform-provider-binauthz/internal/lifecycle"
	"github.com/binauthz/terraform-provider-binauthz/internal/resname"
)

const referToVersion = "If this apply creates the version, use a reference instead of its name: " +
	"kms_key_version = google_kms_crypto_key_version.NAME.name. The apply then looks up the key after the create."

// KeyNotRead reports a failed read of a public key in a plan. The name of the version is known, so
// the same apply does not create it, and a missing version is an error.
func KeyNotRead(diags *diag.Diagnostics, at path.Path, version resname.KMSKeyVersion, err error) {
	switch {
	case gcp.IsKind(err, gcp.KindDenied, gcp.KindDisabled):
		diags.AddAttributeWarning(at, lifecycle.About("Not checked until apply", version.String()), "The apply looks up the key in "+
			"Cloud KMS; the plan could not: "+lifecycle.Words(err))
	case gcp.IsKind(err, gcp.KindNotFound):
		diags.AddAttributeError(at, "Cloud KMS key version does not exist", lifecycle.Words(err)+"\n\n"+referToVersion)
	default:
		diags.AddAttributeError(at, "Cannot use Cloud KMS key version", version.String()+": "+err.Error()+remedyOf(err))
	}
}

func remedyOf(err error) string {
	if of, ok := errors.AsType[*gcp.Error](err); ok && of.Remedy != "" {
		return "\n\n" + of.Remedy
	}
	return ""
}
