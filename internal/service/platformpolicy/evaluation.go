package platformpolicy

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/binauthz/terraform-provider-binauthz/internal/admission"
	"github.com/binauthz/terraform-provider-binauthz/internal/gcp"
	"github.com/binauthz/terraform-provider-binauthz/internal/lifecycle"
	"github.com/binauthz/terraform-provider-binauthz/internal/resname"
	"github.com/binauthz/terraform-provider-binauthz/internal/workload"
)

// The attributes of a question.
const (
	fieldPolicy         = "policy"
	fieldProject        = "project"
	fieldImage          = "image"
	fieldManifest       = "manifest"
	fieldNamespace      = "namespace"
	fieldServiceAccount = "service_account"
)

// question is the input of an evaluation.
type question struct {
	Policy         types.String `tfsdk:"policy"`
	Project        types.String `tfsdk:"project"`
	Image          types.String `tfsdk:"image"`
	Manifest       types.String `tfsdk:"manifest"`
	Namespace      types.String `tfsdk:"namespace"`
	ServiceAccount types.String `tfsdk:"service_account"`
}

// title names the evaluation in diagnostics.
func (q *question) title() string { return "evaluation by platform policy " + q.Policy.ValueString() }

// name is the full name of the policy. Terraform validates the configuration of an action only
// before its variables have values, so project is checked again here.
func (q *question) name(clients *gcp.Clients) (resname.PlatformPolicy, error) {
	if given := q.Project.ValueString(); given != "" {
		if err := resname.CheckProjectID(given); err != nil {
			return resname.PlatformPolicy{}, wrong(fieldProject, err)
		}
	}
	return nameOf(clients, fieldPolicy, q.Policy, q.Project)
}

// templates returns the pods to evaluate, or an error for invalid input.
func (q *question) templates() ([]workload.Template, error) {
	if q.Image.ValueString() == "" == (q.Manifest.ValueString() == "") {
		return nil, wrong(q.given(), errors.New("set exactly one of image and manifest"))
	}
	if err := q.checkPlace(); err != nil {
		return nil, err
	}
	if q.given() == fieldManifest {
		return q.inManifest()
	}
	if _, err := admission.ParseImage(q.Image.ValueString()); err != nil {
		return nil, wrong(fieldImage, err)
	}
	one, err := workload.ImageTemplate(q.Image.ValueString(), q.Namespace.ValueString(), q.ServiceAccount.ValueString())
	if err != nil {
		return nil, wrong(fieldImage, err)
	}
	return []workload.Template{one}, nil
}

// given returns the attribute with the images.
func (q *question) given() string {
	if q.Manifest.ValueString() == "" {
		return fieldImage
	}
	return fieldManifest
}

// checkPlace refuses an invalid namespace or service account.
func (q *question) checkPlace() error {
	namespace, account := q.Namespace.ValueString(), q.ServiceAccount.ValueString()
	if namespace != "" {
		if err := admission.CheckKey(admission.ScopeNamespace, namespace); err != nil {
			return wrong(fieldNamespace, err)
		}
	}
	switch {
	case account == "":
		return nil
	case q.given() == fieldManifest:
		return wrong(fieldServiceAccount, errors.New("a manifest has its own service accounts: use service_account only with image"))
	case strings.Contains(account, ":"):
		return wrong(fieldServiceAccount, fmt.Errorf("%q has a namespace: write the name alone, and the namespace in %s",
			account, fieldNamespace))
	}
	if err := admission.CheckKey(admission.ScopeServiceAccount, cmp.Or(namespace, "default")+":"+account); err != nil {
		return wrong(fieldServiceAccount, err)
	}
	return nil
}

// inManifest returns the pods of the manifest. The namespace of the question is their default.
func (q *question) inManifest() ([]workload.Template, error) {
	all, err := workload.ParseTemplates(q.Manifest.ValueString())
	if err != nil {
		return nil, wrong(fieldManifest, fmt.Errorf("cannot read the manifest: %w", err))
	}
	for i := range all {
		all[i].Namespace = cmp.Or(all[i].Namespace, q.Namespace.ValueString())
	}
	return all, nil
}

// atOnce is the number of concurrent evaluations.
const atOnce = 4

// reply is the service's answer for the pod with an index.
type reply struct {
	index int
	said  *gcp.Evaluation
	err   error
}

// ask asks the service about pods, and calls told for each answer as it arrives. The answers are in
// the order of the pods. After an error it asks nothing more.
func (q *question) ask(
	ctx context.Context, clients *gcp.Clients, name resname.PlatformPolicy, pods []workload.Template,
	told func(workload.Template, *gcp.Evaluation),
) ([]*gcp.Evaluation, error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	replies, slots := make(chan reply, len(pods)), make(chan struct{}, atOnce)
	for i, pod := range pods {
		go func() {
			slots <- struct{}{}
			defer func() { <-slots }()
			said, err := askOne(ctx, clients, name, pod)
			replies <- reply{i, said, err}
		}()
	}
	all, failure := make([]*gcp.Evaluation, len(pods)), error(nil)
	for range pods {
		r := <-replies
		switch {
		case failure != nil:
		case r.err != nil:
			failure = q.blame(r.err, pods[r.index], len(pods))
			cancel()
		default:
			all[r.index] = r.said
			told(pods[r.index], r.said)
		}
	}
	return all, failure
}

func askOne(ctx context.Context, clients *gcp.Clients, name resname.PlatformPolicy, pod workload.Template) (*gcp.Evaluation, error) {
	object, err := pod.Object()
	if err != nil {
		return nil, err
	}
	return clients.EvaluatePlatformPolicy(ctx, name, object)
}

// blame returns the error at its attribute.
func (q *question) blame(err error, pod workload.Template, of int) error {
	switch {
	case gcp.IsKind(err, gcp.KindNotFound):
		return wrong(fieldPolicy, err)
	case gcp.IsKind(err, gcp.KindInvalid):
		if e, ok := errors.AsType[*gcp.Error](err); ok && of > 1 {
			about := *e
			about.Resource += ", " + pod.Workload().String()
			err = &about
		}
		return wrong(q.given(), err)
	}
	return err
}

func wrong(attribute string, err error) error {
	return &lifecycle.AttributeError{Path: path.Root(attribute), Err: err}
}
