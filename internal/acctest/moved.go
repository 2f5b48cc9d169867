package acctest

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	framework "github.com/hashicorp/terraform-plugin-testing/helper/resource"
)

// host is Terraform's registry in the providers of testdata.
const host = "registry.terraform.io/"

var providerOfState = regexp.MustCompile(`provider\[\\?"([^"\\]+)\\?"\]`)

// MovedCLI is CLI with a state written by hashicorp/google, for a configuration with moved blocks.
// Terraform requires every provider of the state, so stand-ins exist at their addresses.
func (g *Ground) MovedCLI(t *testing.T, config, state string) *CLI {
	t.Helper()
	if other := os.Getenv(framework.EnvTfAccProviderHost); other != "" {
		state = strings.ReplaceAll(state, host, other+"/")
	}
	c := g.CLI(t, config)
	c.beside = map[string]func() tfprotov6.ProviderServer{}
	for _, found := range providerOfState.FindAllStringSubmatch(state, -1) {
		c.beside[found[1]] = providerserver.NewProtocol6(standIn{})
	}
	c.WriteFile(t, "terraform.tfstate", state)
	return g.Fresh(t, c)
}

// standIn is a provider named google without resources: a moved block needs nothing from the other
// provider.
type standIn struct{}

func (standIn) Metadata(_ context.Context, _ provider.MetadataRequest, resp *provider.MetadataResponse) {
	resp.TypeName = "google"
}

func (standIn) Schema(context.Context, provider.SchemaRequest, *provider.SchemaResponse) {}

func (standIn) Configure(context.Context, provider.ConfigureRequest, *provider.ConfigureResponse) {}

func (standIn) DataSources(context.Context) []func() datasource.DataSource { return nil }

func (standIn) Resources(context.Context) []func() resource.Resource { return nil }

// PeerCLI is CLI with the executable of hashicorp/google next to this provider. Both use the
// emulator.
func (g *Ground) PeerCLI(t *testing.T, config, executable string) *CLI {
	t.Helper()
	c := g.CLI(t, config)
	folder := t.TempDir()
	if err := os.Symlink(executable, filepath.Join(folder, "terraform-provider-google")); err != nil {
		t.Fatal(err)
	}
	c.WriteFile(t, "cli.tfrc", fmt.Sprintf(
		"provider_installation {\n  dev_overrides {\n    \"hashicorp/google\" = %q\n  }\n  direct {}\n}\n", folder))
	api := "http://" + g.Emulator.Addr() + "/v1/"
	c.env = append(c.env, "TF_CLI_CONFIG_FILE="+filepath.Join(c.dir, "cli.tfrc"),
		"GOOGLE_OAUTH_ACCESS_TOKEN=x", "GOOGLE_PROJECT="+g.Project,
		"GOOGLE_BINARY_AUTHORIZATION_CUSTOM_ENDPOINT="+api, "GOOGLE_CONTAINER_ANALYSIS_CUSTOM_ENDPOINT="+api,
		"HTTPS_PROXY=http://127.0.0.1:1") // it asks Google for the token's owner, waits long for an answer, and does not need one
	return c
}
