package transport

import (
	"bytes"
	"regexp"

	"google.golang.org/protobuf/proto"
)

// unnamedMode finds the modes of Binary Authorization that GKE's published v1 has no names for, as protojson writes them. An unescaped
// name in quotes before a colon can only be a key.
var unnamedMode = regexp.MustCompile(`("evaluationMode":\s*)([34])\b`)

// The names are v1beta1's (https://cloud.google.com/kubernetes-engine/docs/reference/rest/v1beta1/BinaryAuthorization#EvaluationMode).
var modeNames = map[string]string{"3": `"POLICY_BINDINGS"`, "4": `"POLICY_BINDINGS_AND_PROJECT_SINGLETON_POLICY_ENFORCE"`}

// MarshalAppend writes an answer. Google's discovery clients, which hashicorp/google is made of, cannot read a number as an enum, so the
// modes of v1beta1 have names in v1 too.
func (c codec) MarshalAppend(base []byte, m proto.Message) ([]byte, error) {
	out, err := c.JSONCodec.MarshalAppend(base, m)
	if err != nil || c.MarshalOptions.UseEnumNumbers || !isGKE(m) {
		return out, err
	}
	return unnamedMode.ReplaceAllFunc(out, func(found []byte) []byte {
		last := len(found) - 1
		return append(bytes.Clone(found[:last]), modeNames[string(found[last])]...)
	}), nil
}
