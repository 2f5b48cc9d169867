// Package denial is the data source binauthz_denials: refusals and dry-run refusals of Binary
// Authorization in the audit logs.
package denial

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/binauthz/terraform-provider-binauthz/internal/admission"
	"github.com/binauthz/terraform-provider-binauthz/internal/auditlog"
	"github.com/binauthz/terraform-provider-binauthz/internal/gcp"
	"github.com/binauthz/terraform-provider-binauthz/internal/guard"
	"github.com/binauthz/terraform-provider-binauthz/internal/lifecycle"
	"github.com/binauthz/terraform-provider-binauthz/internal/rulevalue"
)

// model is a query to the audit log of a project, with its result.
type model struct {
	ID           types.String `tfsdk:"id"`
	Project      types.String `tfsdk:"project"`
	Clusters     types.Set    `tfsdk:"clusters"`
	Kinds        types.Set    `tfsdk:"kinds"`
	Lookback     types.String `tfsdk:"lookback"`
	Since        types.String `tfsdk:"since"`
	Until        types.String `tfsdk:"until"`
	MaxEntries   types.Int64  `tfsdk:"max_entries"`
	Denials      []group      `tfsdk:"denials"`
	PodCreations types.Int64  `tfsdk:"pod_creations"`
	Complete     types.Bool   `tfsdk:"complete"`
}

// group is a group of events that differ only in their time.
type group struct {
	Kind           types.String `tfsdk:"kind"`
	Image          types.String `tfsdk:"image"`
	Reason         types.String `tfsdk:"reason"`
	Cluster        types.String `tfsdk:"cluster"`
	Namespace      types.String `tfsdk:"kubernetes_namespace"`
	ServiceAccount types.String `tfsdk:"kubernetes_service_account"`
	Workload       types.String `tfsdk:"workload"`
	Count          types.Int64  `tfsdk:"count"`
	FirstSeen      types.String `tfsdk:"first_seen"`
	LastSeen       types.String `tfsdk:"last_seen"`
}

// NewDataSource makes the data source binauthz_denials.
func NewDataSource() datasource.DataSource {
	return &lifecycle.DataSource[model]{
		Noun: "denials", Describe: describe, Fetch: fetch,
		Name: func(m *model) string { return strings.TrimSpace("audit log " + m.Project.ValueString()) },
	}
}

func fetch(ctx context.Context, clients *gcp.Clients, m *model, diags *diag.Diagnostics) error {
	project, err := lifecycle.DefaultProject(clients, m.Project)
	if err != nil {
		return err
	}
	look, err := m.look(project)
	if err != nil {
		return err
	}
	if err := look.read(ctx, clients); err != nil {
		return err
	}
	if !look.complete {
		diags.AddWarning(lifecycle.About("Not all of the audit log was read", "projects/"+project), fmt.Sprintf(
			"The audit log has more than %d entries, and only the newest were read. Older events are missing. Set a "+
				"shorter lookback, or a larger max_entries.", look.most))
	}
	m.answer(project, look)
	return nil
}

// look is one query to the log.
type look struct {
	project  string
	clusters []string // location.cluster; none means all
	kinds    []auditlog.Kind
	window   auditlog.Window
	most     int

	tally     auditlog.Tally
	creations int
	complete  bool
}

func (m *model) look(project string) (*look, error) {
	l := &look{project: project, clusters: rulevalue.Texts(m.Clusters), kinds: auditlog.Kinds(), most: defaultEntries}
	if kinds := rulevalue.Texts(m.Kinds); len(kinds) > 0 {
		l.kinds = slices.DeleteFunc(l.kinds, func(k auditlog.Kind) bool { return !slices.Contains(kinds, string(k)) })
	}
	if !m.MaxEntries.IsNull() {
		l.most = int(m.MaxEntries.ValueInt64())
	}
	l.window.Until = time.Now().UTC()
	l.window.Since = l.window.Until.Add(-guard.LookbackOf(m.Lookback))
	if m.Since.IsNull() {
		return l, nil
	}
	since, err := time.Parse(time.RFC3339, m.Since.ValueString())
	if err != nil {
		return nil, badSince("%q is not a time in RFC 3339, such as 2026-01-31T08:00:00Z", m.Since)
	}
	if since.After(l.window.Until) {
		return nil, badSince("%q is in the future", m.Since)
	}
	l.window.Since = since.UTC()
	return l, nil
}

func badSince(format string, since types.String) error {
	return &lifecycle.AttributeError{Path: path.Root("since"), Err: fmt.Errorf(format, since.ValueString())}
}

// read lists the events, and then all pod creations.
func (l *look) read(ctx context.Context, clients *gcp.Clients) error {
	events, err := guard.Events(ctx, clients, l.project, auditlog.EventFilter(l.kinds, l.window), l.most, func(e auditlog.Event) bool {
		if l.wants(e) {
			l.tally.Add(e, l.kinds)
		}
		return true
	})
	if err != nil {
		return err
	}
	creations, err := guard.Events(ctx, clients, l.project, auditlog.CreationFilter(l.window), l.most, func(e auditlog.Event) bool {
		if l.wants(e) {
			l.creations++
		}
		return true
	})
	l.complete = events && creations
	return err
}

func (l *look) wants(e auditlog.Event) bool {
	return len(l.clusters) == 0 || slices.Contains(l.clusters, admission.ClusterKey(e.Location, e.Cluster))
}

func (m *model) answer(project string, l *look) {
	m.ID, m.Project = types.StringValue("projects/"+project), types.StringValue(project)
	if m.Since.IsNull() { // otherwise keep the configuration's spelling
		m.Since = types.StringValue(l.window.Since.Format(time.RFC3339))
	}
	m.Until = types.StringValue(l.window.Until.Format(time.RFC3339))
	m.PodCreations, m.Complete, m.Denials = types.Int64Value(int64(l.creations)), types.BoolValue(l.complete), []group{}
	for _, g := range l.tally.Groups() {
		m.Denials = append(m.Denials, show(g))
	}
}

func show(g auditlog.Group) group {
	account := types.StringNull()
	if g.ServiceAccount != "" {
		account = types.StringValue(g.Namespace + ":" + g.ServiceAccount)
	}
	return group{
		Kind: types.StringValue(string(g.Kind)), Image: lifecycle.Text(g.Image), Reason: lifecycle.Text(g.Reason),
		Cluster: types.StringValue(g.Place()), Namespace: types.StringValue(g.Namespace), ServiceAccount: account,
		Workload: types.StringValue(g.Workload.String()), Count: types.Int64Value(int64(g.Count)),
		FirstSeen: types.StringValue(g.First.UTC().Format(time.RFC3339)), LastSeen: types.StringValue(g.Last.UTC().Format(time.RFC3339)),
	}
}
