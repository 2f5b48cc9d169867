package provider

import (
	"context"
	"os"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/provider/metaschema"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/binauthz/terraform-provider-binauthz/internal/gcp"
)

// userAgent returns the user agent of requests. The two variables extend it in the same order as in
// hashicorp/google
// (https://registry.terraform.io/providers/hashicorp/google/latest/docs/guides/provider_reference).
func userAgent(terraform, version string) string {
	agent := "Terraform/" + terraform + " terraform-provider-binauthz/" + version
	for _, variable := range []string{"TF_APPEND_USER_AGENT", "GOOGLE_TERRAFORM_USERAGENT_EXTENSION"} {
		agent = strings.TrimSpace(agent + " " + printable(os.Getenv(variable)))
	}
	return agent
}

// printable removes characters not allowed in a header (RFC 9110, section 5.5).
func printable(text string) string {
	return strings.TrimSpace(strings.Map(func(r rune) rune {
		if r < ' ' || r > '~' {
			return -1
		}
		return r
	}, text))
}

// MetaSchema implements provider.ProviderWithMetaSchema: the attributes of a module's block
// provider_meta "binauthz".
func (p *Provider) MetaSchema(_ context.Context, _ provider.MetaSchemaRequest, resp *provider.MetaSchemaResponse) {
	resp.Schema = metaschema.Schema{Attributes: map[string]metaschema.Attribute{
		"module_name": metaschema.StringAttribute{
			Optional:            true,
			MarkdownDescription: "Name of the module, for the user agent of its requests.",
		},
	}}
}

// metaType is the type of a block provider_meta.
var metaType = tftypes.Object{AttributeTypes: map[string]tftypes.Type{"module_name": tftypes.String}}

// forModule adds the module's name to the calls of a request. The framework refuses unreadable
// values.
func forModule(ctx context.Context, meta *tfprotov6.DynamicValue) context.Context {
	if meta == nil {
		return ctx
	}
	value, err := meta.Unmarshal(metaType)
	if err != nil || value.IsNull() || !value.IsKnown() {
		return ctx
	}
	var attributes map[string]tftypes.Value
	var name string
	if value.As(&attributes) != nil || attributes["module_name"].IsNull() || !attributes["module_name"].IsKnown() ||
		attributes["module_name"].As(&name) != nil || printable(name) == "" {
		return ctx
	}
	return gcp.WithModule(ctx, printable(name))
}
