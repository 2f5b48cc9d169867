// floor is this provider, but reads return the state and call no API. Its plan measures Terraform,
// the plugin framework and the schemas: the minimum for this provider.
package main

import (
	"context"
	"log"

	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6/tf6server"

	"github.com/binauthz/terraform-provider-binauthz/internal/provider"
)

func main() {
	floor := &still{Provider: provider.New("floor")}
	if err := tf6server.Serve("registry.terraform.io/binauthz/binauthz", providerserver.NewProtocol6(floor)); err != nil {
		log.Fatal(err)
	}
}

// still is the provider with resources without reads.
type still struct {
	*provider.Provider
}

func (p *still) Resources(ctx context.Context) []func() resource.Resource {
	var all []func() resource.Resource
	for _, one := range p.Provider.Resources(ctx) {
		whole, ok := one().(everything)
		if !ok {
			continue // Terraform then reports a missing resource type
		}
		all = append(all, func() resource.Resource { return unread{whole} })
	}
	return all
}

// everything is the set of optional resource interfaces. Terraform detects them, so a wrapper must
// implement all.
type everything interface {
	resource.Resource
	resource.ResourceWithConfigure
	resource.ResourceWithIdentity
	resource.ResourceWithImportState
	resource.ResourceWithModifyPlan
	resource.ResourceWithValidateConfig
}

// unread answers reads with the state. This is the framework's default.
type unread struct {
	everything
}

func (unread) Read(context.Context, resource.ReadRequest, *resource.ReadResponse) {}
