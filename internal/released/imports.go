package released

import (
	"context"
	"errors"
	"fmt"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/binauthz/terraform-provider-binauthz/internal/provider"
)

// importProject is the provider's project for ids without a project.
const importProject = "demo"

// Importer parses ids and identities of imports with this source. It makes no call.
type Importer struct {
	server     tfprotov6.ProviderServer
	schemas    map[string]*tfprotov6.Schema
	identities map[string]*tfprotov6.ResourceIdentitySchema
}

// NewImporter configures a provider for an emulator. The emulator does not have to run, because no
// call is made.
func NewImporter(ctx context.Context) (*Importer, error) {
	p := provider.New("test", provider.WithEmulator("127.0.0.1:1"), provider.WithProject(importProject))
	server := provider.Server(p)()
	schemas, err := server.GetProviderSchema(ctx, &tfprotov6.GetProviderSchemaRequest{})
	if err != nil {
		return nil, err
	}
	identities, err := server.GetResourceIdentitySchemas(ctx, &tfprotov6.GetResourceIdentitySchemasRequest{})
	if err != nil {
		return nil, err
	}
	block := schemas.Provider.ValueType()
	config, err := tfprotov6.NewDynamicValue(block, objectOf(block, nil))
	if err != nil {
		return nil, err
	}
	configured, err := server.ConfigureProvider(ctx, &tfprotov6.ConfigureProviderRequest{Config: &config})
	if err != nil {
		return nil, err
	}
	return &Importer{server, schemas.ResourceSchemas, identities.IdentitySchemas}, refused(configured.Diagnostics)
}

// Import returns the attributes known at the start of an import: from the id or the identity alone.
func (i *Importer) Import(ctx context.Context, kind, id string, identity map[string]string) (map[string]string, error) {
	schema, identified := i.schemas[kind], i.identities[kind]
	if schema == nil || identified == nil {
		return nil, fmt.Errorf("no resource %s with an identity", kind)
	}
	req := &tfprotov6.ImportResourceStateRequest{TypeName: kind, ID: id}
	if identity != nil {
		of := identified.ValueType()
		given, err := tfprotov6.NewDynamicValue(of, objectOf(of, identity))
		if err != nil {
			return nil, err
		}
		req.Identity = &tfprotov6.ResourceIdentityData{IdentityData: &given}
	}
	resp, err := i.server.ImportResourceState(ctx, req)
	if err != nil {
		return nil, err
	}
	if err := refused(resp.Diagnostics); err != nil {
		return nil, err
	}
	return textsOf(resp.ImportedResources[0].State, schema.ValueType())
}

// objectOf returns an object with these texts. Its other attributes are null.
func objectOf(of tftypes.Type, texts map[string]string) tftypes.Value {
	all := map[string]tftypes.Value{}
	if object, ok := of.(tftypes.Object); ok {
		for name, inner := range object.AttributeTypes {
			all[name] = tftypes.NewValue(inner, nil)
			if text, ok := texts[name]; ok {
				all[name] = tftypes.NewValue(inner, text)
			}
		}
	}
	return tftypes.NewValue(of, all)
}

// textsOf returns the non-null attributes of an object. Values other than texts have the format of
// the type's library.
func textsOf(state *tfprotov6.DynamicValue, of tftypes.Type) (map[string]string, error) {
	object, err := state.Unmarshal(of)
	if err != nil {
		return nil, err
	}
	var attributes map[string]tftypes.Value
	if err := object.As(&attributes); err != nil {
		return nil, err
	}
	texts := map[string]string{}
	for name, v := range attributes {
		if v.IsNull() || !v.IsFullyKnown() {
			continue
		}
		var text string
		if v.As(&text) != nil {
			text = v.String()
		}
		texts[name] = text
	}
	return texts, nil
}

func refused(diagnostics []*tfprotov6.Diagnostic) error {
	var all []error
	for _, d := range diagnostics {
		if d.Severity == tfprotov6.DiagnosticSeverityError {
			all = append(all, fmt.Errorf("%s: %s", d.Summary, d.Detail))
		}
	}
	return errors.Join(all...)
}
