package provider

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/binauthz/terraform-provider-binauthz/internal/gcp"
)

// attributes have, for each provider attribute, a getter for its configuration field and sample
// values by number.
var attributes = map[string]struct {
	get   func(gcp.Config) string
	value func(n int) string
}{
	"project": {func(c gcp.Config) string { return c.Project }, numbered("p-%d")},
	"credentials": {
		func(c gcp.Config) string { return c.Credentials }, numbered(`{"type":"authorized_user","n":%d}`),
	},
	"access_token": {func(c gcp.Config) string { return c.AccessToken }, numbered("token-%d")},
	"impersonate_service_account": {
		func(c gcp.Config) string { return c.ImpersonateServiceAccount }, numbered("sa-%d@p.iam.gserviceaccount.com"),
	},
	"billing_project": {func(c gcp.Config) string { return c.BillingProject }, numbered("bill-%d")},
	"user_project_override": {
		func(c gcp.Config) string { return strconv.FormatBool(c.UserProjectOverride) }, func(int) string { return "true" },
	},
	"request_reason":  {func(c gcp.Config) string { return c.RequestReason }, numbered("reason-%d")},
	"request_timeout": {func(c gcp.Config) string { return c.RequestTimeout.String() }, numbered("%ds")},
	"universe_domain": {func(c gcp.Config) string { return c.UniverseDomain }, numbered("u%d.example")},
	"binary_authorization_custom_endpoint": {
		func(c gcp.Config) string { return c.Endpoints.BinaryAuthorization }, numbered("https://ba-%d.example"),
	},
	"container_custom_endpoint": {
		func(c gcp.Config) string { return c.Endpoints.Container }, numbered("https://gke-%d.example"),
	},
	"container_analysis_custom_endpoint": {
		func(c gcp.Config) string { return c.Endpoints.ContainerAnalysis }, numbered("https://ca-%d.example:8443"),
	},
	"kms_custom_endpoint": {func(c gcp.Config) string { return c.Endpoints.KMS }, numbered("https://kms-%d.example")},
	"cloud_asset_custom_endpoint": {
		func(c gcp.Config) string { return c.Endpoints.CloudAsset }, numbered("https://assets-%d.example"),
	},
	"logging_custom_endpoint": {func(c gcp.Config) string { return c.Endpoints.Logging }, numbered("https://logs-%d.example")},
	"artifact_registry_custom_endpoint": {
		func(c gcp.Config) string { return c.Endpoints.ArtifactRegistry }, numbered("https://images-%d.example"),
	},
	"emulator_host": {func(c gcp.Config) string { return c.EmulatorHost }, numbered("127.0.0.1:1%d")},
	"impersonate_service_account_delegates": {
		func(c gcp.Config) string { return strings.Join(c.ImpersonateServiceAccountDelegates, " ") }, numbered("d%d@p d@p"),
	},
}

func numbered(format string) func(int) string {
	return func(n int) string { return fmt.Sprintf(format, n) }
}

// written is an attribute's value as written in a configuration.
func written(name, value string) tftypes.Value {
	switch name {
	case "user_project_override":
		return yes(value == "true")
	case "impersonate_service_account_delegates":
		var list []tftypes.Value
		for part := range strings.FieldsSeq(value) {
			list = append(list, text(part))
		}
		return texts(list...)
	}
	return text(value)
}

func TestEveryAttributeCounts(t *testing.T) {
	t.Parallel()
	for name := range describe.Attributes {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a, known := attributes[name]
			if !known {
				t.Fatal("no test knows this attribute")
			}
			want := a.value(7)
			config, diags := resolve(t, map[string]tftypes.Value{name: written(name, want)})
			if got := a.get(config); got != want || diags.HasError() {
				t.Errorf("%q, want %q (%v)", got, want, diags)
			}
		})
	}
}

// Not parallel: it sets environment variables.
func TestTheBlockWinsOverTheEnvironmentAndItsFirstVariable(t *testing.T) {
	for name, variables := range environments {
		t.Run(name, func(t *testing.T) {
			a := attributes[name]
			for i, variable := range slices.Backward(variables) {
				t.Setenv(variable, a.value(i))
				config, diags := resolve(t, nil)
				if got := a.get(config); got != a.value(i) || diags.HasError() {
					t.Errorf("%s: %q, want %q (%v)", variable, got, a.value(i), diags)
				}
			}
			own := a.value(99)
			if name == "user_project_override" {
				own = "false"
			}
			config, diags := resolve(t, map[string]tftypes.Value{name: written(name, own)}, WithProject("base"))
			if got := a.get(config); got != own || diags.HasError() {
				t.Errorf("the block: %q, want %q (%v)", got, own, diags)
			}
		})
	}
}

// Not parallel: it sets environment variables.
func TestWhichCredentialsWin(t *testing.T) {
	const file, other = `{"type":"authorized_user","n":1}`, `{"type":"authorized_user","n":2}`
	for name, c := range map[string]struct {
		block                 map[string]tftypes.Value
		tokenInEnv, fileInEnv string
		wantToken, wantFile   string
	}{
		"nothing":                            {},
		"token over file in the environment": {tokenInEnv: "env", fileInEnv: file, wantToken: "env"},
		"file of the block over a token around": {
			block:      map[string]tftypes.Value{"credentials": text(other)},
			tokenInEnv: "env",
			fileInEnv:  file,
			wantFile:   other,
		},
		"token of the block over a file around": {
			block:      map[string]tftypes.Value{"access_token": text("own")},
			tokenInEnv: "env",
			fileInEnv:  file,
			wantToken:  "own",
		},
		"unknown file over a token around": {
			block:      map[string]tftypes.Value{"credentials": unknown(tftypes.String)},
			tokenInEnv: "env",
			fileInEnv:  file,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Setenv("GOOGLE_OAUTH_ACCESS_TOKEN", c.tokenInEnv)
			t.Setenv("GOOGLE_CREDENTIALS", c.fileInEnv)
			config, diags := resolve(t, c.block)
			if config.AccessToken != c.wantToken || config.Credentials != c.wantFile || diags.HasError() {
				t.Errorf("%+v %v", config, diags)
			}
		})
	}
}

func unknown(kind tftypes.Type) tftypes.Value { return tftypes.NewValue(kind, tftypes.UnknownValue) }

func TestCredentialsCanBeAPath(t *testing.T) {
	t.Parallel()
	const content = `{"type":"service_account"}`
	path := filepath.Join(t.TempDir(), "key.json")
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	config, diags := resolve(t, map[string]tftypes.Value{"credentials": text(path)})
	if config.Credentials != content || diags.HasError() {
		t.Error(config.Credentials, diags)
	}
}

func TestDefaultsOfTheBlock(t *testing.T) {
	t.Parallel()
	config, diags := resolve(t, nil, WithProject("base"), WithEmulator("127.0.0.1:1"), WithPauses(time.Second, time.Minute))
	if diags.HasError() || config.Project != "base" || config.EmulatorHost != "127.0.0.1:1" || config.Pause != time.Second ||
		config.PollInterval != time.Minute {
		t.Errorf("%+v %v", config, diags)
	}
}

func TestAVersionBehindACustomEndpointIsTakenOff(t *testing.T) {
	t.Parallel()
	for _, written := range []string{
		"https://x.example", "https://x.example/", "https://x.example/v1/", "https://x.example/v1",
		"https://x.example/v1beta1/",
	} {
		config, diags := resolve(t, map[string]tftypes.Value{"container_custom_endpoint": text(written)})
		if config.Endpoints.Container != "https://x.example" || diags.HasError() {
			t.Errorf("%s: %q %v", written, config.Endpoints.Container, diags)
		}
	}
}

func TestUnknownValuesWait(t *testing.T) {
	t.Parallel()
	for name, attribute := range describe.Attributes {
		values := map[string]tftypes.Value{"": unknown(attribute.GetType().TerraformType(t.Context()))}
		if name == "impersonate_service_account_delegates" {
			values["with a known one"] = texts(text("a@p"), unknown(tftypes.String))
		}
		for which, value := range values {
			t.Run(name+" "+which, func(t *testing.T) {
				t.Parallel()
				config, diags := resolve(t, map[string]tftypes.Value{name: value}, WithProject("base"))
				if diags.HasError() || !slices.Equal(config.Unknown, []string{name}) {
					t.Errorf("%v, waits for %v", diags, config.Unknown)
				}
			})
		}
	}
}

// TestTheVariablesAreThoseOfTheGoogleProvider: the variables and their order equal those of
// hashicorp/google, so a pipeline needs no other environment:
// https://registry.terraform.io/providers/hashicorp/google/latest/docs/guides/provider_reference
func TestTheVariablesAreThoseOfTheGoogleProvider(t *testing.T) {
	t.Parallel()
	for attribute, want := range map[string]string{
		"project":                     "GOOGLE_PROJECT GOOGLE_CLOUD_PROJECT GCLOUD_PROJECT CLOUDSDK_CORE_PROJECT",
		"credentials":                 "GOOGLE_CREDENTIALS GOOGLE_CLOUD_KEYFILE_JSON GCLOUD_KEYFILE_JSON",
		"access_token":                "GOOGLE_OAUTH_ACCESS_TOKEN",
		"impersonate_service_account": "GOOGLE_IMPERSONATE_SERVICE_ACCOUNT",
		"billing_project":             "GOOGLE_BILLING_PROJECT",
		"user_project_override":       "USER_PROJECT_OVERRIDE",
		"request_reason":              "CLOUDSDK_CORE_REQUEST_REASON",
	} {
		if got := strings.Join(environments[attribute], " "); got != want {
			t.Errorf("%s: %s, want %s", attribute, got, want)
		}
	}
}
