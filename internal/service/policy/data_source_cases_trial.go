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

// admissionCase is a case in the configuration.
type admissionCase struct {
	Name types.String `tfsdk:"name"`
	place
	Expect     types.String `tfsdk:"expect"`
	AttestedBy types.Set    `tfsdk:"attested_by"`
}

// caseResult is the result of a case.
type caseResult struct {
	Name   types.String `tfsdk:"name"`
	Image  types.String `tfsdk:"image"`
	Expect types.String `tfsdk:"expect"`
	Got    types.String `tfsdk:"got"`
	Rule   types.String `tfsdk:"rule"`
	Reason types.String `tfsdk:"reason"`
	Passed types.Bool   `tfsdk:"passed"`
}

// trial is a valid case, ready for evaluation.
type trial struct {
	*admissionCase
	requests  []admission.Request
	attestors vouchers
}

// trials are the valid cases. It reports the invalid ones.
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

// called is the name of a case in messages.
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

// vouchers are the attestors in attested_by of a case.
func (c *admissionCase) vouchers(r reporter, project string, given bool) (all vouchers) {
	at := r.at.AtName(fieldAttestedBy)
	if !given && !c.AttestedBy.IsNull() {
		r.report(at, errors.New(fieldAttestedBy+" requires policy: the current policy is evaluated with the existing attestations"))
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

// reporter reports errors of one case.
type reporter struct {
	at     path.Path
	called string
	diags  *diag.Diagnostics
}

func (r reporter) report(at path.Path, err error) {
	r.diags.AddAttributeError(at, "Invalid admission case", r.called+": "+err.Error()+".")
}

// vouchers is evidence from a case: the full names of the attestors with an attestation. Keys and
// the system policy are unknown.
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
	return judge.Answer{Why: "the attestor is not in " + fieldAttestedBy + " of the case"}
}

// result compares the expected decision with the strictest verdict.
func (t trial) result(least imageVerdict) caseResult {
	got := least.admits().String()
	return caseResult{
		Name: t.Name, Image: least.Image, Expect: t.Expect, Got: types.StringValue(got), Rule: least.Rule, Reason: least.Reason,
		Passed: types.BoolValue(t.Expect.ValueString() == got),
	}
}

// failures lists the failed cases with the expected decision and the reason for the actual one.
func (m *casesModel) failures() string {
	var failed []string
	for i, r := range m.Results {
		if !r.Passed.ValueBool() {
			failed = append(failed, fmt.Sprintf("  %s, %s: expected %s, got %s\n    %s\n",
				m.Cases[i].called(i), r.Image.ValueString(), r.Expect.ValueString(), r.Got.ValueString(), r.Reason.ValueString()))
		}
	}
	decides := "the current " + m.ID.ValueString()
	if m.Policy != nil {
		decides = "the given policy"
	}
	return fmt.Sprintf("%d of %d cases fail with %s:\n\n%s\n"+
		"Correct the policy or the expected decisions. With fail = false, only the outputs show failed cases.",
		len(failed), len(m.Results), decides, strings.Join(failed, ""))
}
