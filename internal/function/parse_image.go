package function

import (
	"github.com/hashicorp/terraform-plugin-framework/attr"
	framework "github.com/hashicorp/terraform-plugin-framework/function"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/binauthz/terraform-provider-binauthz/internal/admission"
)

// image is the result of parse_image.
type image struct {
	Registry   *string `tfsdk:"registry"`
	Repository string  `tfsdk:"repository"`
	Tag        *string `tfsdk:"tag"`
	Digest     *string `tfsdk:"digest"`
	Name       string  `tfsdk:"name"`
}

const imageForm = "An image is [registry/]path/to/image[:tag][@sha256:digest], without a scheme."

// NewParseImage makes the function parse_image.
func NewParseImage() framework.Function {
	return &pure{
		name: "parse_image",
		define: framework.Definition{
			Summary: "The parts of a reference to an image.",
			MarkdownDescription: "The parts of an image reference as written: the function looks up nothing and adds " +
				"no defaults. Missing parts are null.\n\n- `registry`: the host, with its port if written; null for " +
				"`nginx` and `library/nginx`.\n- `repository`: the path to the image.\n- `tag`: the tag, without the " +
				"colon.\n- `digest`: the digest, with `sha256:`.\n- `name`: the image without tag and digest; " +
				"`\"${parts.name}@${digest}\"` is the same image by a digest.",
			Parameters: []framework.Parameter{
				text("image", "The image: `[registry/]path/to/image[:tag][@sha256:digest]`."),
			},
			Return: framework.ObjectReturn{AttributeTypes: map[string]attr.Type{
				"registry":   types.StringType,
				"repository": types.StringType,
				"tag":        types.StringType,
				"digest":     types.StringType,
				"name":       types.StringType,
			}},
		},
		run: parseImage,
	}
}

func parseImage(arguments []string) (any, *framework.FuncError) {
	parts, err := admission.ParseImage(arguments[0])
	if err != nil {
		return nil, wrong(0, err, imageForm)
	}
	name := admission.Image{Registry: parts.Registry, Repository: parts.Repository}.String()
	return image{written(parts.Registry), parts.Repository, written(parts.Tag), written(parts.Digest), name}, nil
}

func written(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}
