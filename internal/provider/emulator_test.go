package provider

import (
	"bytes"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
	"github.com/hashicorp/terraform-plugin-log/tflogtest"

	"github.com/binauthz/terraform-provider-binauthz/internal/gcp"
)

// Not parallel: it sets environment variables.
func TestAnEmulatorWinsOverTheCredentialsOfTheEnvironment(t *testing.T) {
	inBlock := map[string]tftypes.Value{"emulator_host": text("localhost:1")}
	for name, c := range map[string]struct {
		block   map[string]tftypes.Value
		address string
		options []Option
	}{
		"in the block":       {block: inBlock},
		"in the environment": {address: "localhost:1"},
		"by default":         {options: []Option{WithEmulator("localhost:1")}},
	} {
		for attribute, variables := range environments {
			if !notForEmulators(attribute) {
				continue
			}
			for _, variable := range variables {
				t.Run(name+", "+variable, func(t *testing.T) {
					t.Setenv("BINAUTHZ_EMULATOR_HOST", c.address)
					t.Setenv(variable, canary) // wrong for most of them, which does not matter either
					config, logged, diags := resolveLogged(t, c.block, c.options...)
					if diags.HasError() || config.EmulatorHost != "localhost:1" || attributes[attribute].get(config) != "" {
						t.Errorf("%+v, %v", config, diags)
					}
					if !strings.Contains(logged, variable) || !strings.Contains(logged, "An emulator is set") ||
						strings.Contains(logged, canary) {
						t.Errorf("logged: %s", logged)
					}
				})
			}
		}
	}
}

// Not parallel: it sets environment variables.
func TestWithoutAnEmulatorNothingIsLeftOut(t *testing.T) {
	t.Setenv("GOOGLE_OAUTH_ACCESS_TOKEN", canary)
	config, logged, diags := resolveLogged(t, nil)
	if config.AccessToken != canary || logged != "" || diags.HasError() {
		t.Errorf("%+v, %q, %v", config, logged, diags)
	}
}

// resolveLogged is resolve and its log.
func resolveLogged(t *testing.T, attributes map[string]tftypes.Value, options ...Option) (gcp.Config, string, diag.Diagnostics) {
	t.Helper()
	var log bytes.Buffer
	ctx := tflogtest.RootLogger(t.Context(), &log)
	var b block
	config := tfsdk.Config{Raw: rawBlock(t, attributes), Schema: describe}
	diags := config.Get(ctx, &b)
	resolved := b.resolve(ctx, New("test", options...).base, &diags)
	return resolved, log.String(), diags
}

//nolint:paralleltest // it sets environment variables
func TestAnEmptyProjectIsNone(t *testing.T) {
	for variable, want := range map[string]string{"": "base", "from-env": "from-env"} {
		t.Setenv("GOOGLE_PROJECT", variable)
		config, diags := resolve(t, map[string]tftypes.Value{"project": text("")}, WithProject("base"))
		if config.Project != want || diags.HasError() {
			t.Errorf("%q: %q, %v", variable, config.Project, diags)
		}
	}
	if _, diags := served(t, map[string]tftypes.Value{"project": text("")}); len(diags) > 0 {
		t.Errorf("refused: %s", words(diags))
	}
}
