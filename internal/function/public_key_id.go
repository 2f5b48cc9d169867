package function

import (
	framework "github.com/hashicorp/terraform-plugin-framework/function"

	"github.com/binauthz/terraform-provider-binauthz/internal/attest"
)

// NewPublicKeyID makes the function public_key_id.
func NewPublicKeyID() framework.Function {
	return &pure{
		name: "public_key_id",
		define: framework.Definition{
			Summary: "Binary Authorization's default id of a public key.",
			MarkdownDescription: "The id that Binary Authorization gives a public key without one. Attestations name " +
				"the key by it. For a PEM key it is the `ni:///sha-256;…` name of its DER encoding (RFC 6920), for a " +
				"PGP key the fingerprint, 40 hexadecimal digits in upper case. A key in Cloud KMS is usually named " +
				"after its version instead: see `kms_key_id`.",
			Parameters: []framework.Parameter{
				text("key", "One public key: a PEM block `PUBLIC KEY` with an RSA, EC or ML-DSA-65 key, or the "+
					"output of `gpg --export --armor` for one key, with or without its armor. Indentation and line "+
					"ends mean nothing. A private key is an error."),
			},
			Return: framework.StringReturn{},
		},
		run: publicKeyID,
	}
}

func publicKeyID(arguments []string) (any, *framework.FuncError) {
	id, err := attest.KeyID(arguments[0])
	if err != nil {
		return nil, wrong(0, err, "Pass one public key, as read by file(): PEM as written by \"openssl pkey "+
			"-pubout\", or the output of \"gpg --export --armor KEY\".")
	}
	return id, nil
}
