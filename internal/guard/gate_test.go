package guard_test

import (
	"strings"
	"testing"
	"time"

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

// TestTheGateDoesNotCountPodsBeforeClustersUseThePolicy: pods created soon after a change of the
// policy can still be admitted by the earlier one.
func TestTheGateDoesNotCountPodsBeforeClustersUseThePolicy(t *testing.T) {
	t.Parallel()
	const prod = "projects/demo/locations/us-central1/clusters/prod"
	g := acctest.NewEmulated(t, emulator.Options{Clusters: []string{prod}})
	if err := g.Emulator.GKE().SetBinaryAuthorization(prod, gcp.ModeProjectPolicy); err != nil {
		t.Fatal(err)
	}
	without := projectpolicy.GoogleDefault()
	without.DefaultAdmissionRule = &projectpolicy.Rule{
		EvaluationMode:  binaryauthorizationpb.AdmissionRule_ALWAYS_DENY,
		EnforcementMode: binaryauthorizationpb.AdmissionRule_DRYRUN_AUDIT_LOG_ONLY,
	}
	if _, err := g.Clients.UpdatePolicy(t.Context(), g.Project, without); err != nil {
		t.Fatal(err)
	}
	with := proto.CloneOf(without)
	with.DefaultAdmissionRule.EnforcementMode = binaryauthorizationpb.AdmissionRule_ENFORCED_BLOCK_AND_AUDIT_LOG
	image := "us-docker.pkg.dev/demo/app/web@sha256:" + strings.Repeat("a", 64)
	pod := "{apiVersion: v1, kind: Pod, metadata: {name: web, namespace: shop}, spec: {containers: [{name: main, image: " + image + "}]}}"
	if _, err := g.Emulator.Pods().CreatePods(prod, []byte(pod)); err != nil {
		t.Fatal(err)
	}
	for propagation, c := range map[time.Duration]struct {
		pods, reads int
		want        string
	}{
		0:                      {1, 2, ""},
		time.Nanosecond:        {2, 2, "0 minutes after the last change of the policy"},
		gcp.DefaultPropagation: {1, 1, "clusters can still use the one from before the change"},
	} {
		gated := guard.Policy{
			Clients: gcp.New(gcp.Config{Project: g.Project, EmulatorHost: g.Emulator.Addr(), Propagation: propagation}),
			Project: g.Project, ID: projectpolicy.ID(g.Project), Acknowledged: true,
			Gate: &guard.Gate{Lookback: guard.DefaultLookback, MinPodCreations: c.pods, Waive: []string{"us-docker.pkg.dev/demo/**"}},
		}
		g.Emulator.ResetCalls()
		err := gated.CheckEdit(t.Context(), with, func() *gcp.Policy { return without })
		if c.want == "" && err != nil || c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want)) {
			t.Errorf("after %s: %v", propagation, err)
		}
		if reads := g.Calls("ListLogEntries"); reads != c.reads {
			t.Errorf("after %s: %d reads of the log, want %d", propagation, reads, c.reads)
		}
	}
}
