package function

import (
	framework "github.com/hashicorp/terraform-plugin-framework/function"

	"github.com/binauthz/terraform-provider-binauthz/internal/resname"
)

// NewKMSKeyID makes the function kms_key_id.
func NewKMSKeyID() framework.Function {
	return &pure{
		name: "kms_key_id",
		define: framework.Definition{
			Summary: "The id of a key in Cloud KMS.",
			MarkdownDescription: "The id of a Cloud KMS key as set by `gcloud`, `hashicorp/google` and this " +
				"provider: `//cloudkms.googleapis.com/v1/` and the full name of the version.",
			Parameters: []framework.Parameter{
				text("version", "Full name of the key version: "+
					"`projects/{project}/locations/{location}/keyRings/{ring}/cryptoKeys/{key}/cryptoKeyVersions/{version}`. "+
					"A version is a number. The id itself is accepted too."),
			},
			Return: framework.StringReturn{},
		},
		run: kmsKeyID,
	}
}

func kmsKeyID(arguments []string) (any, *framework.FuncError) {
	version, err := resname.ParseKMSKeyVersion(arguments[0])
	if err != nil {
		return nil, wrong(0, err,
			"List the versions of a key with \"gcloud kms keys versions list --key KEY --keyring RING --location LOCATION\".")
	}
	return version.KeyID(), nil
}
