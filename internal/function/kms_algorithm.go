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
			Summary: "Binary Authorization's name of a Cloud KMS algorithm.",
			MarkdownDescription: "Binary Authorization's name of a Cloud KMS signature algorithm: " +
				"`EC_SIGN_P256_SHA256` becomes `ECDSA_P256_SHA256`, as returned by the API and accepted by " +
				"`signature_algorithm`. Binary Authorization's own names are returned in the API's spelling. An " +
				"algorithm not supported by Binary Authorization is an error.",
			Parameters: []framework.Parameter{
				text("algorithm", "The name in Cloud KMS, such as `EC_SIGN_P256_SHA256`, `RSA_SIGN_PSS_4096_SHA512` "+
					"or `PQ_SIGN_ML_DSA_65`."),
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
	return nil, wrong(0, err, "A key has a fixed algorithm. For another one, create a new key for asymmetric signing.")
}
