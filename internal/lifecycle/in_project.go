package lifecycle

import (
	"github.com/hashicorp/terraform-plugin-framework/list/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// InProject is the configuration of a list block that asks for what a project has.
type InProject struct {
	Project types.String `tfsdk:"project"`
}

// ListedProject is the attribute of InProject.
var ListedProject = schema.StringAttribute{
	Optional: true, MarkdownDescription: "Id of the project that is looked into. Absent or empty, it is the provider's.",
	Validators: []validator.String{ProjectID},
}

// Querying is the paragraph of a list resource's documentation that says how it is used.
const Querying = "Needs Terraform 1.14 or later; OpenTofu has no queries. `terraform query` prints what is found, " +
	"up to `limit` objects, which are 100 if nothing is said; `terraform query -generate-config-out=found.tf` writes the resources " +
	"and the import blocks that take it over."
