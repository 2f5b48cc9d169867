// floor is this provider with reads that return what the state has: no calls to any API. A plan with it costs what Terraform, the
// plugin framework and the schemas cost, and so is the least that a plan with the provider can cost.
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

// still is the provider with resources that read nothing.
type still struct {
	*provider.Provider
}

func (p *still) Resources(ctx context.Context) []func() resource.Resource {
	var all []func() resource.Resource
	for _, one := range p.Provider.Resources(ctx) {
		whole, ok := one().(everything)
		if !ok {
			continue // and Terraform says that there is no such resource
		}
		all = append(all, func() resource.Resource { return unread{whole} })
	}
	return all
}

// everything is what the provider's resources can do. Terraform finds it by asking, so a wrapper has to have all of it.
type everything interface {
	resource.Resource
	resource.ResourceWithConfigure
	resource.ResourceWithIdentity
	resource.ResourceWithImportState
	resource.ResourceWithModifyPlan
	resource.ResourceWithValidateConfig
}

// unread answers reads with the state, which is what the framework returns unless told otherwise.
type unread struct {
	everything
}

func (unread) Read(context.Context, resource.ReadRequest, *resource.ReadResponse) {}
