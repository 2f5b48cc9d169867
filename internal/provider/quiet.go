package provider

import (
	"os"
	"strings"

	"github.com/hashicorp/go-hclog"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6/tf6server"
)

// quietVariables switch off the loggers of the plugin SDK and of this provider. Source:
// internal/logging/environment_variables.go of terraform-plugin-go v0.31.0 and of
// terraform-plugin-framework v1.19.0.
var quietVariables = []string{"TF_LOG_SDK", "TF_LOG_SDK_PROTO", "TF_LOG_SDK_FRAMEWORK", "TF_LOG_PROVIDER_BINAUTHZ"}

// Quiet switches off the loggers if the environment asks for no logs: without a level, the plugin
// SDK formats every trace line, and Terraform parses and drops it. With TF_LOG or a variable with
// that prefix, the SDK's defaults stay. Call it before the server is created. The error comes from
// setting a variable.
func Quiet() ([]tf6server.ServeOpt, error) {
	if asksForLogs(os.Environ()) {
		return nil, nil
	}
	for _, name := range quietVariables {
		if err := os.Setenv(name, "off"); err != nil {
			return nil, err
		}
	}
	return []tf6server.ServeOpt{tf6server.WithGoPluginLogger(hclog.NewNullLogger())}, nil
}

// asksForLogs reports whether TF_LOG or one of its variants is set.
func asksForLogs(environment []string) bool {
	for _, variable := range environment {
		name, value, _ := strings.Cut(variable, "=")
		if strings.HasPrefix(name, "TF_LOG") && value != "" {
			return true
		}
	}
	return false
}
