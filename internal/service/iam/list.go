package iam

import (
	"context"
	"maps"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/list"
	"github.com/hashicorp/terraform-plugin-framework/list/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/binauthz/terraform-provider-binauthz/internal/allowpolicy"
	"github.com/binauthz/terraform-provider-binauthz/internal/gcp"
	"github.com/binauthz/terraform-provider-binauthz/internal/lifecycle"
)

// The attributes of the list blocks.
type (
	attestorQuery struct {
		Project  types.String `tfsdk:"project"`
		Attestor types.String `tfsdk:"attestor"`
	}
	noteQuery struct {
		Project types.String `tfsdk:"project"`
		Note    types.String `tfsdk:"note"`
	}
)

// NewAttestorMemberList makes the list resource binauthz_attestor_iam_member.
func NewAttestorMemberList() list.ListResource {
	return newList(kind{ofAttestor, members},
		func(q *attestorQuery) (project, object types.String) { return q.Project, q.Attestor },
		func(m *attestorMember) *view { return m.view(&m.Attestor) })
}

// NewNoteMemberList makes the list resource binauthz_note_iam_member.
func NewNoteMemberList() list.ListResource {
	return newList(kind{ofNote, members},
		func(q *noteQuery) (project, object types.String) { return q.Project, q.Note },
		func(m *noteMember) *view { return m.view(&m.Note) })
}

// NewPolicyMemberList makes the list resource binauthz_policy_iam_member.
func NewPolicyMemberList() list.ListResource {
	return newList(kind{ofPolicy, members},
		func(q *lifecycle.InProject) (project, object types.String) { return q.Project, types.StringNull() },
		func(m *memberModel) *view { return m.view(nil) })
}

func newList[C, M any](k kind, ofConfig func(*C) (project, object types.String), of func(*M) *view) list.ListResource {
	return &lifecycle.List[C, M]{
		Noun: k.noun(), Describe: k.describeList(),
		Identify: func(m *M) map[string]string { return k.identify(of(m)) },
		Title: func(m *M) string {
			v := of(m)
			return v.Member.ValueString() + ": " + v.key().String() + " on " + shortName(v.resource())
		},
		Find: func(ctx context.Context, q *lifecycle.Query[C, M]) ([]*M, error) {
			project, object := ofConfig(q.Config)
			objects, err := k.objects(ctx, q.Clients, project, object)
			if err != nil {
				return nil, err
			}
			return findMembers(ctx, k, q, objects, of)
		},
	}
}

// objects returns the full names of the objects to list: one, or all of a project.
func (k kind) objects(ctx context.Context, clients *gcp.Clients, project, one types.String) ([]string, error) {
	if k.object.byProject || !one.IsNull() {
		inProject := project.ValueString()
		if inProject == "" {
			inProject = clients.Project()
		}
		full, _, err := k.object.parse(one.ValueString(), inProject)
		return []string{full}, err
	}
	inProject, err := lifecycle.DefaultProject(clients, project)
	if err != nil {
		return nil, err
	}
	if k.object == ofNote {
		notes, err := clients.AttestationNotes(ctx, inProject, 0)
		return slices.Sorted(maps.Keys(notes)), err
	}
	attestors, err := clients.Attestors(ctx, inProject)
	return slices.Sorted(maps.Keys(attestors)), err
}

// findMembers returns the grants on the objects, up to the limit of the query. Each object costs
// one call.
func findMembers[C, M any](ctx context.Context, k kind, q *lifecycle.Query[C, M], objects []string, of func(*M) *view) ([]*M, error) {
	var found []*M
	for _, resource := range objects {
		if q.Most > 0 && len(found) >= q.Most {
			break
		}
		p, err := q.Clients.AllowPolicy(ctx, resource)
		switch {
		case gcp.IsKind(err, gcp.KindNotFound):
			continue // deleted concurrently
		case gcp.IsKind(err, gcp.KindDenied) && len(objects) > 1:
			q.Diags.AddWarning(lifecycle.About("Members are left out", resource), lifecycle.Words(err))
			continue
		case err != nil:
			return nil, err
		}
		for _, g := range allowpolicy.Lost(p, new(gcp.AllowPolicy)) {
			m := q.New()
			k.show(of(m), resource, g, p)
			found = append(found, m)
		}
	}
	return found, nil
}

// show fills a model with a grant, as a read does after an import.
func (k kind) show(v *view, resource string, g allowpolicy.Grant, p *gcp.AllowPolicy) {
	full, project, err := k.object.parse(resource, "")
	if err != nil {
		full = resource
	}
	v.ID, v.Project, v.Etag = types.StringValue(k.idOf(full, g)), types.StringValue(project), encoded(p.GetEtag())
	v.Role, v.Condition, *v.Member = types.StringValue(g.Role), conditionObject(g.Condition), types.StringValue(g.Member)
	if v.object != nil {
		*v.object = types.StringValue(full)
	}
}

func (k kind) describeList() schema.Schema {
	all := map[string]schema.Attribute{"project": lifecycle.ListedProject}
	calls := "One call."
	if !k.object.byProject {
		all[k.object.noun] = schema.StringAttribute{
			Optional: true,
			MarkdownDescription: "Members of one object only: its full name, or its short name in `project`. Absent means all " +
				k.object.noun + "s in the project; for notes, only notes for attestations.",
		}
		calls = "One call for each object, and a list of the objects."
	}
	return schema.Schema{
		MarkdownDescription: "Finds the members and roles on " + k.object.words +
			", one result for each grant. Roles granted on the project are not included. " + calls + "\n\n" +
			"Permission: " + k.object.reads() + " (role `" + k.object.role + "`)." + k.object.lists + "\n\n" + lifecycle.Querying,
		Attributes: all,
	}
}
