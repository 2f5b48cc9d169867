package provider

import (
	"maps"
	"os"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
	"go.uber.org/goleak"

	"github.com/binauthz/terraform-provider-binauthz/internal/gcp"
)

// canary stands for a secret: no message may contain it.
const canary = "S3CR3T-canary"

func TestMain(m *testing.M) {
	for _, variables := range environments { // those of whoever runs the tests
		for _, variable := range variables {
			_ = os.Unsetenv(variable)
		}
	}
	// A provider keeps its clients as long as its process lives.
	goleak.VerifyTestMain(m, goleak.IgnoreTopFunction("google.golang.org/grpc/internal/grpcsync.(*CallbackSerializer).run"))
}

func text(s string) tftypes.Value { return tftypes.NewValue(tftypes.String, s) }

func texts(list ...tftypes.Value) tftypes.Value {
	return tftypes.NewValue(tftypes.List{ElementType: tftypes.String}, list)
}

func yes(b bool) tftypes.Value { return tftypes.NewValue(tftypes.Bool, b) }

// rawBlock is the provider block with these attributes and no others.
func rawBlock(tb testing.TB, attributes map[string]tftypes.Value) tftypes.Value {
	tb.Helper()
	object := describe.Type().TerraformType(tb.Context()).(tftypes.Object)
	values := map[string]tftypes.Value{}
	for name, kind := range object.AttributeTypes {
		values[name] = tftypes.NewValue(kind, nil)
	}
	maps.Copy(values, attributes)
	return tftypes.NewValue(object, values)
}

// resolve returns the configuration resolved from the block and the environment.
func resolve(t *testing.T, attributes map[string]tftypes.Value, options ...Option) (gcp.Config, diag.Diagnostics) {
	t.Helper()
	var b block
	config := tfsdk.Config{Raw: rawBlock(t, attributes), Schema: describe}
	diags := config.Get(t.Context(), &b)
	if diags.HasError() {
		t.Fatal(diags)
	}
	resolved := b.resolve(t.Context(), New("test", options...).base, &diags)
	return resolved, diags
}

// served is a provider configured with these attributes, and the diagnostics of the configuration.
func served(t *testing.T, attributes map[string]tftypes.Value) (tfprotov6.ProviderServer, []*tfprotov6.Diagnostic) {
	t.Helper()
	server := Server(New("test"))()
	value := rawBlock(t, attributes)
	dynamic, err := tfprotov6.NewDynamicValue(value.Type(), value)
	if err != nil {
		t.Fatal(err)
	}
	validated, err := server.ValidateProviderConfig(t.Context(), &tfprotov6.ValidateProviderConfigRequest{Config: &dynamic})
	if err != nil {
		t.Fatal(err)
	}
	if len(validated.Diagnostics) > 0 {
		return server, validated.Diagnostics
	}
	configured, err := server.ConfigureProvider(t.Context(),
		&tfprotov6.ConfigureProviderRequest{TerraformVersion: "1.2.3", Config: &dynamic})
	if err != nil {
		t.Fatal(err)
	}
	return server, configured.Diagnostics
}

// words are the diagnostics, one per line with the attribute in front.
func words(diags []*tfprotov6.Diagnostic) string {
	var b strings.Builder
	for _, d := range diags {
		b.WriteString(strings.TrimPrefix(d.Attribute.String(), "AttributeName") + ": " + d.Summary + ": " + d.Detail + "\n")
	}
	return b.String()
}
