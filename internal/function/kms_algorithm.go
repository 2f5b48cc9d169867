package function

import (
	framework "github.com/hashicorp/terraform-plugin-framework/function"

	"github.com/binauthz/terraform-provider-binauthz/internal/attest"
)

// NewKMSAlgorithm makes the function kms_algorithm.
func NewKMSAlgorithm() framework.Function {
	return &pure{
		name: "kms_algorithm",
		define: framework.Definition{
			Summary: "Binary Authorization's name of an algorithm of Cloud KMS.",
			MarkdownDescription: "Binary Authorization's name of a signature algorithm of Cloud KMS: `EC_SIGN_P256_SHA256` becomes `ECDSA_P256_SHA256`, as the API returns it " +
				"and `signature_algorithm` takes it. Binary Authorization's own names come back in the spelling that the API returns. " +
				"An algorithm whose signatures Binary Authorization cannot verify is an error.",
			Parameters: []framework.Parameter{
				text("algorithm", "The name that Cloud KMS uses, such as `EC_SIGN_P256_SHA256`, `RSA_SIGN_PSS_4096_SHA512` or `PQ_SIGN_ML_DSA_65`."),
			},
			Return: framework.StringReturn{},
		},
		run: kmsAlgorithm,
	}
}

func kmsAlgorithm(arguments []string) (any, *framework.FuncError) {
	algorithm, err := attest.AlgorithmFromKMS(arguments[0])
	if err == nil {
		return string(algorithm), nil
	}
	if algorithm, other := attest.ParseAlgorithm(arguments[0]); other == nil {
		return string(algorithm), nil
	}
	return nil, wrong(0, err, "The algorithm belongs to the key: for another one, make a key for asymmetric signing with it.")
}
