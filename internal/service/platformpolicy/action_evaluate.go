package platformpolicy

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/action"
	"github.com/hashicorp/terraform-plugin-framework/action/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"

	"github.com/binauthz/terraform-provider-binauthz/internal/conformance"
	"github.com/binauthz/terraform-provider-binauthz/internal/gcp"
	"github.com/binauthz/terraform-provider-binauthz/internal/lifecycle"
	"github.com/binauthz/terraform-provider-binauthz/internal/workload"
)

// NewEvaluateAction makes the action binauthz_evaluate.
func NewEvaluateAction() action.Action {
	return &lifecycle.Action[question]{
		Deed: "evaluate",
		Describe: schema.Schema{
			MarkdownDescription: "The service evaluates an image, or all images of Kubernetes manifests, by a check-based platform " +
				"policy for GKE. The action fails unless every image conforms. Use it in a pipeline before a deployment. The error " +
				"has a line for each image and check.\n\n" + aboutEvaluation +
				"\n\nNeeds Terraform 1.14 or later. OpenTofu has no actions: use `binauthz_platform_policy_evaluation` with a " +
				"postcondition. `terraform apply -invoke=action.binauthz_evaluate.NAME` invokes it alone. A resource can also " +
				"trigger it: with `before_create` and `before_update`, Terraform changes the resource only if " +
				"every image conforms.\n\n" + evaluationPermission,
			Attributes: orderAttributes(),
		},
		Name: func(q *question) string { return q.title() },
		Plan: planEvaluate, Do: evaluateNow,
	}
}

func orderAttributes() map[string]schema.Attribute {
	all := map[string]schema.Attribute{
		fieldProject: schema.StringAttribute{
			Optional: true, Validators: []validator.String{lifecycle.ProjectID},
			MarkdownDescription: "Id of the project of the policy. Absent or empty means the provider's project.",
		},
	}
	for name, text := range inputs {
		all[name] = schema.StringAttribute{Required: name == fieldPolicy, Optional: name != fieldPolicy, MarkdownDescription: text}
	}
	return all
}

// planEvaluate refuses invalid input, as far as it is known.
func planEvaluate(_ context.Context, run *lifecycle.Run[question]) error {
	q := run.Config
	if !q.Policy.IsUnknown() && !q.Project.IsUnknown() {
		if _, err := q.name(run.Clients); err != nil {
			return err
		}
	}
	if q.Image.IsUnknown() || q.Manifest.IsUnknown() || q.Namespace.IsUnknown() || q.ServiceAccount.IsUnknown() {
		return nil
	}
	_, err := q.templates()
	return err
}

func evaluateNow(ctx context.Context, run *lifecycle.Run[question]) error {
	q := run.Config
	name, err := q.name(run.Clients)
	if err != nil {
		return err
	}
	pods, err := q.templates()
	if err != nil {
		return err
	}
	run.Progress(fmt.Sprintf("Asking Binary Authorization to evaluate %s by %s.", counted(len(pods), "pod template"), name))
	said, err := q.ask(ctx, run.Clients, name, pods, func(pod workload.Template, said *gcp.Evaluation) {
		run.Progress(fmt.Sprintf("%s: %s.", pod.Workload(), verdictOf(pod, said)))
	})
	if err != nil {
		return err
	}
	a := joined(pods, said)
	q.warnOfTags(run.Diags, a)
	q.refuse(run.Diags, name.String(), a)
	return nil
}

// refuse reports every verdict except CONFORMANT as an error.
func (q *question) refuse(diags *diag.Diagnostics, policy string, a answer) {
	switch conformance.Verdict(a.Verdict.ValueString()) {
	case conformance.Conformant:
	case conformance.NonConformant:
		diags.AddAttributeError(path.Root(q.given()), "Not conformant to the platform policy", a.Explanation.ValueString()+
			"\n\nThe policy is "+policy+". Deploy conformant images, or change the policy.")
	default:
		diags.AddAttributeError(path.Root(q.given()), "Conformance to the platform policy could not be determined",
			a.Explanation.ValueString()+"\n\nThe policy is "+policy+". "+
				"No image is known to violate it, but the service could not evaluate all checks. Run again later.")
	}
}

func counted(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}
