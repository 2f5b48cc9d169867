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
			Summary: "The id that Binary Authorization gives a public key.",
			MarkdownDescription: "The id that Binary Authorization gives a public key that comes without one, and by which attestations name it: " +
				"for a PEM key the `ni:///sha-256;…` name of its DER encoding (RFC 6920), for a PGP key the fingerprint, 40 hexadecimal digits in upper case. " +
				"A key in Cloud KMS is by custom named after its version instead: see `kms_key_id`.",
			Parameters: []framework.Parameter{
				text("key", "One public key: a PEM block `PUBLIC KEY` with an RSA, EC or ML-DSA-65 key, or what `gpg --export --armor` prints for one key, with or without its armor. Indentation and line ends do not matter. A private key is an error."),
			},
			Return: framework.StringReturn{},
		},
		run: publicKeyID,
	}
}

func publicKeyID(arguments []string) (any, *framework.FuncError) {
	id, err := attest.KeyID(arguments[0])
	if err != nil {
		return nil, wrong(0, err, "Give one public key, as file() reads it: PEM as \"openssl pkey -pubout\" writes it, or what \"gpg --export --armor KEY\" prints.")
	}
	return id, nil
}
