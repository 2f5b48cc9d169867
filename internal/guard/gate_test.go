package guard_test

import (
	"strings"
	"testing"

	"cloud.google.com/go/binaryauthorization/apiv1/binaryauthorizationpb"
	"google.golang.org/protobuf/proto"

	"github.com/binauthz/terraform-provider-binauthz/internal/acctest"
	"github.com/binauthz/terraform-provider-binauthz/internal/admission"
	"github.com/binauthz/terraform-provider-binauthz/internal/emulator"
	"github.com/binauthz/terraform-provider-binauthz/internal/gcp"
	"github.com/binauthz/terraform-provider-binauthz/internal/guard"
	"github.com/binauthz/terraform-provider-binauthz/internal/projectpolicy"
)

// TestTheGateKnowsOfARemovalInTheSameWrite: the removal of a pattern or rule and the enforcement of
// another rule can be edits of one write. The other rule then had no dry run for these pods.
func TestTheGateKnowsOfARemovalInTheSameWrite(t *testing.T) {
	t.Parallel()
	prod := projectpolicy.Target{Scope: admission.ScopeCluster, Key: "us-central1.prod"}
	for name, c := range map[string]struct {
		add, remove func(*gcp.Policy)
		want        string
	}{
		"a pattern": {
			func(p *gcp.Policy) { projectpolicy.AddPattern(p, "gcr.io/demo/**") },
			func(p *gcp.Policy) { projectpolicy.RemovePattern(p, "gcr.io/demo/**") },
			`the dry run exempted "gcr.io/demo/**"`,
		},
		"a rule": {
			func(p *gcp.Policy) { prod.Put(p, projectpolicy.GoogleDefault().GetDefaultAdmissionRule()) },
			func(p *gcp.Policy) { prod.Put(p, nil) },
			"the current rule of these workloads admits everything",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			g := acctest.NewEmulated(t, emulator.Options{})
			live := projectpolicy.GoogleDefault()
			live.DefaultAdmissionRule = &projectpolicy.Rule{
				EvaluationMode:  binaryauthorizationpb.AdmissionRule_ALWAYS_DENY,
				EnforcementMode: binaryauthorizationpb.AdmissionRule_DRYRUN_AUDIT_LOG_ONLY,
			}
			c.add(live)
			if _, err := g.Clients.UpdatePolicy(t.Context(), g.Project, live); err != nil {
				t.Fatal(err)
			}
			without := proto.CloneOf(live)
			c.remove(without)
			with := proto.CloneOf(without)
			with.DefaultAdmissionRule.EnforcementMode = binaryauthorizationpb.AdmissionRule_ENFORCED_BLOCK_AND_AUDIT_LOG
			gated := guard.Policy{
				Clients: g.Clients, Project: g.Project, ID: projectpolicy.RuleID(g.Project, projectpolicy.Default), Acknowledged: true,
				Rule: &projectpolicy.Target{Scope: admission.ScopeDefault}, Gate: &guard.Gate{Lookback: guard.DefaultLookback},
			}
			err := gated.CheckEdit(t.Context(), with, func() *gcp.Policy { return without })
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Error(err)
			}
		})
	}
}
