package policy

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/binauthz/terraform-provider-binauthz/internal/admission"
	"github.com/binauthz/terraform-provider-binauthz/internal/judge"
	"github.com/binauthz/terraform-provider-binauthz/internal/resname"
	"github.com/binauthz/terraform-provider-binauthz/internal/rulevalue"
)

const fieldAttestedBy = "attested_by"

// admissionCase is a case as users write it.
type admissionCase struct {
	Name types.String `tfsdk:"name"`
	place
	Expect     types.String `tfsdk:"expect"`
	AttestedBy types.Set    `tfsdk:"attested_by"`
}

// caseResult is what has come of a case.
type caseResult struct {
	Name   types.String `tfsdk:"name"`
	Image  types.String `tfsdk:"image"`
	Expect types.String `tfsdk:"expect"`
	Got    types.String `tfsdk:"got"`
	Rule   types.String `tfsdk:"rule"`
	Reason types.String `tfsdk:"reason"`
	Passed types.Bool   `tfsdk:"passed"`
}

// trial is a case that can be judged.
type trial struct {
	*admissionCase
	requests  []admission.Request
	attestors vouchers
}

// trials are the cases. What is wrong with them is reported.
func (m *casesModel) trials(project string, diags *diag.Diagnostics) (all []trial) {
	for i, c := range m.Cases {
		r := reporter{path.Root(fieldCases).AtListIndex(i), c.called(i), diags}
		if c == nil {
			r.report(r.at, errors.New("it is null"))
			continue
		}
		all = append(all, trial{c, c.questions(r), c.vouchers(r, project, m.Policy != nil)})
	}
	return all
}

// called is how messages call a case.
func (c *admissionCase) called(i int) string {
	called := fmt.Sprintf("%s[%d]", fieldCases, i)
	if c != nil && c.Name.ValueString() != "" {
		called += " " + strconv.Quote(c.Name.ValueString())
	}
	return called
}

func (c *admissionCase) questions(r reporter) []admission.Request {
	requests, wrong := c.asked()
	switch {
	case wrong == nil:
	case wrong.attribute == "":
		r.report(r.at, wrong)
	default:
		r.report(r.at.AtName(wrong.attribute), wrong)
	}
	return requests
}

// vouchers are the attestors that the case says have attested its images.
func (c *admissionCase) vouchers(r reporter, project string, given bool) (all vouchers) {
	at := r.at.AtName(fieldAttestedBy)
	if !given && !c.AttestedBy.IsNull() {
		r.report(at, errors.New(fieldAttestedBy+" goes with policy: without it, the attestations that exist count"))
		return nil
	}
	for _, name := range rulevalue.Texts(c.AttestedBy) {
		attestor, err := resname.ParseAttestor(name, project)
		if err != nil {
			r.report(at.AtSetValue(types.StringValue(name)), err)
		}
		all = append(all, attestor.String())
	}
	return all
}

// reporter reports what is wrong with a case.
type reporter struct {
	at     path.Path
	called string
	diags  *diag.Diagnostics
}

func (r reporter) report(at path.Path, err error) {
	r.diags.AddAttributeError(at, "Invalid admission case", r.called+": "+err.Error()+".")
}

// vouchers are the full names of the attestors that have attested an image. Nothing else is known.
type vouchers []string

// Keys implements judge.Evidence.
func (vouchers) Keys(string) (n int, known bool) { return 0, false }

// System implements judge.Evidence.
func (vouchers) System(string) (policy admission.Policy, known bool) { return policy, false }

// Attested implements judge.Evidence.
func (v vouchers) Attested(attestor, _ string) judge.Answer {
	if slices.Contains(v, attestor) {
		return judge.Answer{Outcome: judge.Proven}
	}
	return judge.Answer{Why: fieldAttestedBy + " of the case does not name it"}
}

// result compares what a case expects with the verdict that admits least.
func (t trial) result(least imageVerdict) caseResult {
	got := least.admits().String()
	return caseResult{
		Name: t.Name, Image: least.Image, Expect: t.Expect, Got: types.StringValue(got), Rule: least.Rule, Reason: least.Reason,
		Passed: types.BoolValue(t.Expect.ValueString() == got),
	}
}

// failures are the cases that fail, each with what was expected and why it is not so.
func (m *casesModel) failures() string {
	var failed []string
	for i, r := range m.Results {
		if !r.Passed.ValueBool() {
			failed = append(failed, fmt.Sprintf("  %s, %s: expected %s, got %s\n    %s\n",
				m.Cases[i].called(i), r.Image.ValueString(), r.Expect.ValueString(), r.Got.ValueString(), r.Reason.ValueString()))
		}
	}
	decides := m.ID.ValueString() + " as it is now"
	if m.Policy != nil {
		decides = "the policy that is given"
	}
	return fmt.Sprintf("%d of %d cases fail by %s:\n\n%s\n"+
		"Correct the policy, or what the cases expect. With fail = false only the outputs tell.",
		len(failed), len(m.Results), decides, strings.Join(failed, ""))
}
