package transport

import (
	"encoding/json"
	"fmt"

	"cloud.google.com/go/container/apiv1/containerpb"
)

// settingNames are the fields of GKE's messages that hold a Binary Authorization setting.
var settingNames = map[string]bool{
	"binaryAuthorization": true, "binary_authorization": true, "desiredBinaryAuthorization": true, "desired_binary_authorization": true,
}

// checkSettings refuses a mode by a name that GKE's v1 does not have. What else is not known in GKE's messages is passed over, and so
// would be the mode: a misspelt one would switch enforcement off.
func checkSettings(data []byte) error {
	var fields map[string]json.RawMessage
	_ = json.Unmarshal(data, &fields) // what is no object is judged elsewhere
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
	_ = json.Unmarshal(setting, &s) // what is no object is judged elsewhere
	for _, mode := range []any{s.Camel, s.Snake} {
		if name, ok := mode.(string); ok {
			if _, known := containerpb.BinaryAuthorization_EvaluationMode_value[name]; !known {
				return fmt.Errorf("invalid value for enum field evaluationMode: %q", name)
			}
		}
	}
	return nil
}
