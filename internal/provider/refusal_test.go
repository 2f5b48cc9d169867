package provider

import (
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

func TestWhatCannotBeIsRefusedAtItsAttribute(t *testing.T) {
	t.Parallel()
	const address = "binary_authorization_custom_endpoint"
	file := `{"type":"authorized_user","client_secret":"` + canary + `"}`
	for name, c := range map[string]struct {
		block     map[string]tftypes.Value
		attribute string
		words     string
	}{
		"token and file": {
			map[string]tftypes.Value{"credentials": text(file), "access_token": text(canary)}, "credentials", `cannot be specified when`,
		},
		"file cut off":          {map[string]tftypes.Value{"credentials": text(file[:len(file)-3])}, "credentials", "not JSON"},
		"neither path nor text": {map[string]tftypes.Value{"credentials": text("/nowhere/" + canary)}, "credentials", "neither the path"},
		"file without a type": {
			map[string]tftypes.Value{"credentials": text(`{"private_key":"` + canary + `"}`)}, "credentials", `no "type"`,
		},
		"file of an odd type": {
			map[string]tftypes.Value{"credentials": text(`{"type":"` + canary + `"}`)}, "credentials", "Google's clients do not know the",
		},
		"no duration":       {map[string]tftypes.Value{"request_timeout": text("30")}, "request_timeout", `"30" is not a duration`},
		"negative duration": {map[string]tftypes.Value{"request_timeout": text("-1s")}, "request_timeout", "above zero"},
		"no time at all":    {map[string]tftypes.Value{"request_timeout": text("0s")}, "request_timeout", "above zero"},
		"clear text":        {map[string]tftypes.Value{address: text("http://127.0.0.1:1/v1/")}, address, "must begin with https://"},
		"no host": {
			map[string]tftypes.Value{address: text("binaryauthorization.googleapis.com")}, address, "is not an address",
		},
		"no address":             {map[string]tftypes.Value{address: text("https://a b")}, address, "is not an address"},
		"another path":           {map[string]tftypes.Value{address: text("https://x/v1/projects")}, address, "is not an address"},
		"query":                  {map[string]tftypes.Value{address: text("https://x/?key=" + canary)}, address, "is not an address"},
		"password":               {map[string]tftypes.Value{address: text("https://me:" + canary + "@x/")}, address, "is not an address"},
		"password, no address":   {map[string]tftypes.Value{address: text("https://me:" + canary + "@x y/")}, address, "is not an address"},
		"password in clear text": {map[string]tftypes.Value{address: text("http://me:" + canary + "@x/")}, address, "is not an address"},
		"emulator by address":    {map[string]tftypes.Value{"emulator_host": text("http://localhost:1")}, "emulator_host", "host:port"},
		"emulator without port":  {map[string]tftypes.Value{"emulator_host": text("localhost")}, "emulator_host", "host:port"},
		"password of emulator": {
			map[string]tftypes.Value{"emulator_host": text("me:" + canary + "@localhost:1")}, "emulator_host", "host:port",
		},
		"password, no emulator": {
			map[string]tftypes.Value{"emulator_host": text("http://me:" + canary + "@localhost:1/")}, "emulator_host", "host:port",
		},
		"password of universe": {
			map[string]tftypes.Value{"universe_domain": text("https://me:" + canary + "@x.example")}, "universe_domain", "is not a domain",
		},
		"emulator without host": {map[string]tftypes.Value{"emulator_host": text(":8080")}, "emulator_host", "host:port"},
		"emulator and token": {
			map[string]tftypes.Value{"emulator_host": text("localhost:1"), "access_token": text(canary)},
			"emulator_host",
			"together with access_token",
		},
		"emulator and file": {
			map[string]tftypes.Value{"emulator_host": text("localhost:1"), "credentials": text(file)},
			"emulator_host",
			"together with credentials",
		},
		"emulator and other": {
			map[string]tftypes.Value{"emulator_host": text("localhost:1"), "impersonate_service_account": text("a@p")},
			"emulator_host",
			"together with impersonate_service_account",
		},
		"emulator and address": {
			map[string]tftypes.Value{"emulator_host": text("localhost:1"), "kms_custom_endpoint": text("https://x")},
			"emulator_host",
			"together with kms_custom_endpoint",
		},
		"null delegate": {
			map[string]tftypes.Value{"impersonate_service_account_delegates": texts(tftypes.NewValue(tftypes.String, nil))},
			"impersonate_service_account_delegates", "",
		},
		"empty delegate": {
			map[string]tftypes.Value{"impersonate_service_account_delegates": texts(text(""))},
			"impersonate_service_account_delegates",
			"length must be at least 1",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, diags := served(t, c.block)
			expectRefusal(t, diags, c.attribute, c.words)
		})
	}
}

func TestAnEmptyTextIsRefusedAtItsAttribute(t *testing.T) {
	t.Parallel()
	for name, attribute := range describe.Attributes {
		if attribute.GetType().TerraformType(t.Context()).Is(tftypes.String) && name != "project" {
			t.Run(name, func(t *testing.T) {
				t.Parallel()
				_, diags := served(t, map[string]tftypes.Value{name: text("")})
				expectRefusal(t, diags, name, "length must be at least 1")
			})
		}
	}
}

// Not parallel: it sets environment variables.
func TestWhatComesFromTheEnvironmentIsRefusedByTheVariablesName(t *testing.T) {
	for name, c := range map[string]struct {
		variable, value string
		block           map[string]tftypes.Value
		attribute       string
	}{
		"no JSON":            {"GOOGLE_CREDENTIALS", canary, nil, "credentials"},
		"older variable":     {"GCLOUD_KEYFILE_JSON", canary, nil, "credentials"},
		"neither yes nor no": {"USER_PROJECT_OVERRIDE", "perhaps", nil, "user_project_override"},
		"clear text":         {"GOOGLE_KMS_CUSTOM_ENDPOINT", "http://x", nil, "kms_custom_endpoint"},
		"token and emulator": {
			"BINAUTHZ_EMULATOR_HOST", "localhost:1", map[string]tftypes.Value{"access_token": text(canary)}, "emulator_host",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Setenv(c.variable, c.value)
			_, diags := served(t, c.block)
			expectRefusal(t, diags, c.attribute, c.variable)
		})
	}
}

// expectRefusal expects only errors at the attribute, the words in one of them, and the secret in
// none.
func expectRefusal(t *testing.T, diags []*tfprotov6.Diagnostic, attribute, want string) {
	t.Helper()
	said := words(diags)
	if len(diags) == 0 || !strings.Contains(said, want) {
		t.Errorf("not refused with %q: %s", want, said)
	}
	for _, d := range diags {
		if d.Severity != tfprotov6.DiagnosticSeverityError || !strings.HasPrefix(d.Attribute.String(), `AttributeName("`+attribute+`")`) {
			t.Errorf("not an error at %s: %s", attribute, words([]*tfprotov6.Diagnostic{d}))
		}
	}
	if strings.Contains(said, canary) {
		t.Errorf("the secret is in: %s", said)
	}
}
