package faults_test

import (
	"encoding/json"
	"errors"
	"fmt"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// encode converts a Go value to a Terraform value; missing values and nil are null.
func encode(attributes map[string]any, of tftypes.Type) (tftypes.Value, error) {
	if attributes == nil {
		return tftypes.NewValue(of, nil), nil
	}
	text, err := json.Marshal(attributes)
	if err != nil {
		return tftypes.Value{}, err
	}
	return tfprotov6.DynamicValue{JSON: text}.Unmarshal(of)
}

// dynamic is a value as the protocol has it.
func dynamic(v tftypes.Value) *tfprotov6.DynamicValue {
	d, err := tfprotov6.NewDynamicValue(v.Type(), v)
	if err != nil {
		return nil // and the provider refuses it
	}
	return &d
}

// failure is the errors among diagnostics.
func failure(what string, diagnostics []*tfprotov6.Diagnostic) error {
	var failures []error
	for _, d := range diagnostics {
		if d.Severity == tfprotov6.DiagnosticSeverityError {
			failures = append(failures, fmt.Errorf("%s: %s: %s", what, d.Summary, d.Detail))
		}
	}
	return errors.Join(failures...)
}
