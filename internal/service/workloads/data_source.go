// Package workloads is the data source binauthz_workloads: the images of running pods, and the
// images among them that the policy would refuse for a new pod.
package workloads

import (
	"context"
	"regexp"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/binauthz/terraform-provider-binauthz/internal/gcp"
	"github.com/binauthz/terraform-provider-binauthz/internal/lifecycle"
)

// model is a query to the inventory, with its result.
type model struct {
	ID         types.String `tfsdk:"id"`
	Scope      types.String `tfsdk:"scope"`
	Clusters   types.Set    `tfsdk:"clusters"`
	Namespaces types.Set    `tfsdk:"kubernetes_namespaces"`
	Evaluate   types.Bool   `tfsdk:"evaluate"`
	AsOf       types.String `tfsdk:"as_of"`
	Pods       types.Int64  `tfsdk:"pods"`
	Workloads  []shown      `tfsdk:"workloads"`
	Requests   []request    `tfsdk:"requests"`
	Refused    []refused    `tfsdk:"refused"`
}

// shown is one workload.
type shown struct {
	Cluster        types.String `tfsdk:"cluster"`
	Namespace      types.String `tfsdk:"kubernetes_namespace"`
	ServiceAccount types.String `tfsdk:"kubernetes_service_account"`
	Workload       types.String `tfsdk:"workload"`
	Pods           types.Int64  `tfsdk:"pods"`
	Images         []image      `tfsdk:"images"`
}

// image is an image of a workload.
type image struct {
	Image      types.String `tfsdk:"image"`
	Running    []string     `tfsdk:"running"`
	Containers []string     `tfsdk:"containers"`
}

// request is an element of must_admit_in.
type request struct {
	Image          types.String `tfsdk:"image"`
	Project        types.String `tfsdk:"project"`
	Cluster        types.String `tfsdk:"cluster"`
	Namespace      types.String `tfsdk:"kubernetes_namespace"`
	ServiceAccount types.String `tfsdk:"kubernetes_service_account"`
	Running        types.Bool   `tfsdk:"running"`
	Workload       types.String `tfsdk:"workload"`
}

// refused is a request refused by the policy.
type refused struct {
	request
	WouldBlock types.Bool   `tfsdk:"would_block"`
	Reason     types.String `tfsdk:"reason"`
}

// NewDataSource makes the data source binauthz_workloads.
func NewDataSource() datasource.DataSource {
	return &lifecycle.DataSource[model]{
		Noun: "workloads", Describe: describe, Fetch: fetch,
		Name: func(m *model) string { return "pods of " + m.Scope.ValueString() },
	}
}

// scopeForm is a valid scope of Cloud Asset Inventory.
var scopeForm = regexp.MustCompile(`^(projects/[a-z0-9:.-]+|folders/[0-9]+|organizations/[0-9]+)$`)

func fetch(ctx context.Context, clients *gcp.Clients, m *model, _ *diag.Diagnostics) error {
	scope := m.Scope.ValueString()
	if scope == "" {
		project, err := lifecycle.DefaultProject(clients, types.StringNull())
		if err != nil {
			return err
		}
		scope = "projects/" + project
	}
	inventory, err := clients.Pods(ctx, scope)
	if err != nil {
		return err
	}
	found := grouped(inventory.Pods, m.filter())
	m.ID, m.Scope = types.StringValue(scope), types.StringValue(scope)
	m.AsOf = types.StringValue(inventory.AsOf.UTC().Format(time.RFC3339))
	m.answer(found)
	if !m.Evaluate.ValueBool() {
		return nil
	}
	return m.evaluate(ctx, clients)
}

func (m *model) answer(found []*group) {
	pods := 0
	m.Workloads, m.Requests = []shown{}, []request{}
	for _, g := range found {
		pods += g.pods
		m.Workloads = append(m.Workloads, g.show())
	}
	m.Pods = types.Int64Value(int64(pods))
	m.Requests = append(m.Requests, requests(found)...)
}

func (g *group) show() shown {
	s := shown{
		Cluster:        types.StringValue(g.cluster.String()),
		Namespace:      types.StringValue(g.namespace),
		ServiceAccount: types.StringValue(g.namespace + ":" + g.account),
		Workload:       types.StringValue(g.workload.String()),
		Pods:           types.Int64Value(int64(g.pods)),
		Images:         []image{},
	}
	for _, name := range g.sortedImages() {
		i := g.images[name]
		s.Images = append(s.Images, image{Image: types.StringValue(name), Running: i.running, Containers: i.containers})
	}
	return s
}
