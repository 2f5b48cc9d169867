package transport

import (
	"encoding/json"
	"fmt"

	"cloud.google.com/go/container/apiv1/containerpb"
)

// settingNames are the fields of GKE's messages with a Binary Authorization setting.
var settingNames = map[string]bool{
	"binaryAuthorization": true, "binary_authorization": true, "desiredBinaryAuthorization": true, "desired_binary_authorization": true,
}

// checkSettings refuses mode names unknown to GKE's v1. Other unknown fields and values in GKE's
// messages are ignored, but an ignored misspelt mode would switch enforcement off.
func checkSettings(data []byte) error {
	var fields map[string]json.RawMessage
	_ = json.Unmarshal(data, &fields) // other code refuses non-objects
	for name, value := range fields {
		check := checkSettings
		if settingNames[name] {
			check = checkMode
		}
		if err := check(value); err != nil {
			return err
		}
	}
	return nil
}

func checkMode(setting []byte) error {
	var s struct {
		Camel any `json:"evaluationMode"`
		Snake any `json:"evaluation_mode"`
	}
	_ = json.Unmarshal(setting, &s) // other code refuses non-objects
	for _, mode := range []any{s.Camel, s.Snake} {
		if name, ok := mode.(string); ok {
			if _, known := containerpb.BinaryAuthorization_EvaluationMode_value[name]; !known {
				return fmt.Errorf("invalid value for enum field evaluationMode: %q", name)
			}
		}
	}
	return nil
}
