package policy

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/binauthz/terraform-provider-binauthz/internal/gcp"
	"github.com/binauthz/terraform-provider-binauthz/internal/guard"
	"github.com/binauthz/terraform-provider-binauthz/internal/judge"
	"github.com/binauthz/terraform-provider-binauthz/internal/lifecycle"
	"github.com/binauthz/terraform-provider-binauthz/internal/projectpolicy"
	"github.com/binauthz/terraform-provider-binauthz/internal/rulevalue"
)

const (
	fieldCases  = "cases"
	fieldPolicy = "policy"
)

// casesModel is a test of a policy with its results.
type casesModel struct {
	ID      types.String     `tfsdk:"id"`
	Project types.String     `tfsdk:"project"`
	Policy  *givenPolicy     `tfsdk:"policy"`
	Cases   []*admissionCase `tfsdk:"cases"`
	Fail    types.Bool       `tfsdk:"fail"`
	Results []caseResult     `tfsdk:"results"`
	Passed  types.Bool       `tfsdk:"passed"`
}

// givenPolicy is a policy in the configuration.
type givenPolicy struct {
	Project types.String `tfsdk:"project"`
	decisions
}

// NewCasesDataSource makes the data source binauthz_admission_cases.
func NewCasesDataSource() datasource.DataSource {
	return &lifecycle.DataSource[casesModel]{
		Noun: "admission_cases", Describe: describeCases(), Fetch: judgeCases, Name: nameOfCases,
	}
}

func nameOfCases(*casesModel) string { return "admission cases" }

func judgeCases(ctx context.Context, clients *gcp.Clients, m *casesModel, diags *diag.Diagnostics) error {
	project, err := m.in(clients)
	if err != nil {
		return err
	}
	given := m.Policy.toAPI(ctx, project, diags)
	all := m.trials(project, diags)
	if diags.HasError() {
		return nil
	}
	if given != nil {
		m.judge(given, all, func(t trial) judge.Evidence { return t.attestors })
	} else {
		now, err := clients.FreshPolicy(ctx, project)
		if err != nil {
			return err
		}
		evidence := guard.Now(ctx, clients)
		m.judge(now, all, func(trial) judge.Evidence { return evidence })
	}
	m.conclude(project, diags)
	return nil
}

// in is the project of the policy. It is "" for a given policy without any project.
func (m *casesModel) in(clients *gcp.Clients) (string, error) {
	if m.Policy == nil {
		return lifecycle.DefaultProject(clients, m.Project)
	}
	own, of := m.Project.ValueString(), m.Policy.Project.ValueString()
	switch {
	case own != "" && of != "" && own != of:
		err := fmt.Errorf("policy.project is %s, and project is %s: set one of them only", of, own)
		return "", &lifecycle.AttributeError{Path: path.Root("project"), Err: err}
	case own == "" && of != "":
		return lifecycle.DefaultProject(clients, m.Policy.Project)
	case own == "" && clients.Project() == "":
		return "", nil
	}
	return lifecycle.DefaultProject(clients, m.Project)
}

// toAPI is the given policy as API message, nil for none. It reports an invalid policy.
func (g *givenPolicy) toAPI(ctx context.Context, project string, diags *diag.Diagnostics) *gcp.Policy {
	if g == nil {
		return nil
	}
	whole := content{Project: types.StringValue(project), decisions: g.decisions}
	p, _ := whole.toAPI(ctx, diags)
	for _, problem := range rulevalue.Problems(p) {
		at := pathIn(path.Root(fieldPolicy).AtName(problem.Path.Field), problem.Path)
		diags.AddAttributeError(at, "Invalid policy", fieldPolicy+"."+problem.Path.String()+": "+problem.Message)
	}
	return p
}

// judge evaluates all cases with a policy.
func (m *casesModel) judge(p *gcp.Policy, all []trial, evidence func(trial) judge.Evidence) {
	passed := true
	m.Results = []caseResult{}
	for _, t := range all {
		_, least := evaluateAll(p, t.requests, evidence(t))
		result := t.result(least)
		passed = passed && result.Passed.ValueBool()
		m.Results = append(m.Results, result)
	}
	m.Passed = types.BoolValue(passed)
}

// conclude sets the outputs, and reports failed cases.
func (m *casesModel) conclude(project string, diags *diag.Diagnostics) {
	m.ID, m.Project = types.StringValue("policy"), lifecycle.Text(project)
	if project != "" {
		m.ID = types.StringValue(projectpolicy.ID(project))
	}
	if !m.Passed.ValueBool() && (m.Fail.IsNull() || m.Fail.ValueBool()) {
		diags.AddAttributeError(path.Root(fieldCases), "Admission cases fail", m.failures())
	}
}
