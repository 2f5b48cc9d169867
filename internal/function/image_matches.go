package function

import (
	framework "github.com/hashicorp/terraform-plugin-framework/function"

	"github.com/binauthz/terraform-provider-binauthz/internal/admission"
)

// NewImageMatches makes the function image_matches.
func NewImageMatches() framework.Function {
	return &pure{
		name: "image_matches",
		define: framework.Definition{
			Summary: "Whether an allowlist pattern exempts an image.",
			MarkdownDescription: "Whether an allowlist pattern of a policy exempts an image. Both are compared as " +
				"text. Without a wildcard, the pattern must equal the image. `*` at the end matches text without a " +
				"`/`, and `**` at the end any text. So `gcr.io/p/app` exempts neither `gcr.io/p/app:1` nor a digest " +
				"of it; `gcr.io/p/app:*` and `gcr.io/p/app@*` do. Images of Artifact Registry are " +
				"project/repository/image, so `us-docker.pkg.dev/p/*` exempts none of them; `us-docker.pkg.dev/p/**` " +
				"exempts all of the project.",
			Parameters: []framework.Parameter{
				text("pattern", "The pattern, as in `admission_whitelist_patterns` of a `binauthz_policy`."),
				text("image", "The image as written in a workload."),
			},
			Return: framework.BoolReturn{},
		},
		run: imageMatches,
	}
}

func imageMatches(arguments []string) (any, *framework.FuncError) {
	if err := admission.CheckPattern(arguments[0]); err != nil {
		return nil, wrong(0, err, "A pattern is registry/path/to/image, optionally with * or ** at the end.")
	}
	matches, err := admission.Match(arguments[0], arguments[1])
	if err != nil {
		return nil, wrong(1, err, imageForm)
	}
	return matches, nil
}
