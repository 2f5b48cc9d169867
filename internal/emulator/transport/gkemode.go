package transport

import (
	"bytes"
	"regexp"

	"google.golang.org/protobuf/proto"
)

// unnamedMode matches the Binary Authorization modes without a name in GKE's published v1, as
// written by protojson. An unescaped name in quotes before a colon is always a key.
var unnamedMode = regexp.MustCompile(`("evaluationMode":\s*)([34])\b`)

// The names are from v1beta1
// (https://cloud.google.com/kubernetes-engine/docs/reference/rest/v1beta1/BinaryAuthorization#EvaluationMode).
var modeNames = map[string]string{"3": `"POLICY_BINDINGS"`, "4": `"POLICY_BINDINGS_AND_PROJECT_SINGLETON_POLICY_ENFORCE"`}

// MarshalAppend writes an answer. Google's discovery clients, used by hashicorp/google, cannot read
// a number as an enum. So v1beta1's modes have names in v1 too.
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
