package policy

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/binauthz/terraform-provider-binauthz/internal/gcp"
)

// verdict is what a part comes to together with the others.
type verdict struct {
	refused []finding
	// warns says that what is refused is only warned of.
	warns bool
	open  []string
	after outlook
}

// atOnce is how many resources Terraform applies at the same time unless told otherwise.
const atOnce = 10

// settle judges until nothing is refused or nothing more is planned and written. What is found of parts that are not waited for any more
// is told here.
func (j judgement) settle(ctx context.Context, diags *diag.Diagnostics, judge gcp.Judge[verdict]) verdict {
	own, others, place := gcp.Settle(ctx, j.clients, j.project, judge)
	for _, other := range others {
		for _, f := range other.refused {
			other.add(diags, path.Empty(), f) // the path is another resource's
		}
	}
	if place > gcp.WaitingPlaces {
		own.refused = nil // told by one that waits
	}
	if place == atOnce {
		diags.AddWarning("Parts of the policy wait for each other",
			"Ten parts of this configuration need others that were planned after them. An apply makes ten resources at once, unless -parallelism says otherwise, and fails if all of them wait. "+
				"Let each depend on what it needs (depends_on).")
	}
	return own
}

func (v verdict) add(diags *diag.Diagnostics, at path.Path, f finding) {
	if v.warns {
		diags.AddAttributeWarning(at, f.summary, f.detail)
	} else {
		diags.AddAttributeError(at, f.summary, f.detail)
	}
}
