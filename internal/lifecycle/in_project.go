package lifecycle

import (
	"github.com/hashicorp/terraform-plugin-framework/list/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// InProject is the configuration of a list block for one project.
type InProject struct {
	Project types.String `tfsdk:"project"`
}

// ListedProject is the attribute of InProject.
var ListedProject = schema.StringAttribute{
	Optional: true, MarkdownDescription: "Id of the project. Absent or empty means the provider's project.",
	Validators: []validator.String{ProjectID},
}

// Querying is the usage paragraph in the documentation of a list resource.
const Querying = "Needs Terraform 1.14 or later; OpenTofu has no queries. `terraform query` prints at most " +
	"`limit` objects (default 100). `terraform query -generate-config-out=found.tf` writes resources and import blocks for them."
