package faults_test

import (
	"testing"

	"github.com/binauthz/terraform-provider-binauthz/internal/emulator"
	"github.com/binauthz/terraform-provider-binauthz/internal/resname"
)

var (
	platformWrites = []string{"CreatePlatformPolicy", "ReplacePlatformPolicy", "DeletePlatformPolicy"}
	platformReads  = []string{"GetPlatformPolicy", "ListPlatformPolicies", "GetPublicKey", "ListClusters"}
)

// platformLife is the life of platform policies. A cluster is bound to one of them, so a change that
// weakens it lists the clusters.
var platformLife = []phase{
	{"create", createdPlatformPolicies(), false},
	{"plan after create", createdPlatformPolicies(), true},
	{"change", changedPlatformPolicies(), false},
	{"plan after change", changedPlatformPolicies(), true},
	{"destroy", nil, false},
	{"plan after destroy", nil, true},
}

func createdPlatformPolicies() []object {
	return []object{platformPolicy("audit", "first", 30), platformPolicy("kept", "kept", 7), platformPolicy("old", "", 1)}
}

func changedPlatformPolicies() []object {
	return []object{platformPolicy("audit", "second", 60), platformPolicy("kept", "kept", 7), platformPolicy("new", "", 2)}
}

// platformPolicy is a policy of two checks: the age of an image in days, and an attestation by the
// Cloud KMS key.
func platformPolicy(name, description string, days int) object {
	keys := map[string]any{"pkix_public_key_set": map[string]any{"pkix_public_keys": []map[string]any{kmsKey()}}}
	checks := []map[string]any{
		{"image_freshness_check": map[string]any{"max_upload_age_days": days}},
		{"simple_signing_attestation_check": map[string]any{"attestation_authenticators": []map[string]any{keys}}},
	}
	attributes := map[string]any{"name": name, "gke_policy": map[string]any{"check_sets": []map[string]any{{"checks": checks}}}}
	if description != "" {
		attributes["description"] = description
	}
	return object{kind: "binauthz_platform_policy", name: name, attributes: attributes}
}

func newPlatformWorld(t *testing.T, options emulator.Options) *world {
	t.Helper()
	w := newWorld(t, options)
	w.phases, w.check, w.end = platformLife, w.verifyPlatformPolicies, func(*testing.T) {}
	return w
}

// verifyPlatformPolicies compares the policies at the server and in the state with the
// configuration.
func (w *world) verifyPlatformPolicies(t *testing.T, ph phase, s state) {
	t.Helper()
	if len(s) != len(ph.config) {
		t.Errorf("%s: %d resources are in the state, and %d in the configuration", ph.name, len(s), len(ph.config))
	}
	want := map[string]object{}
	for _, o := range ph.config {
		want[o.name] = o
	}
	for _, name := range []string{"audit", "kept", "old", "new"} {
		o, wanted := want[name]
		got := w.Emulator.Binauthz().PlatformPolicy(resname.PlatformPolicy{Project: "demo", Platform: "gke", ID: name})
		if wanted != (got != nil) {
			t.Errorf("%s: %s is at the server: %v, and in the configuration: %v", ph.name, name, got != nil, wanted)
			tally.add(func(c *counts) { c.lost++ })
			continue
		}
		if !wanted {
			continue
		}
		description, _ := o.attributes["description"].(string)
		checks := got.GkePolicy.CheckSets[0].Checks
		if got.Description != description || checks[0].ImageFreshnessCheck.MaxUploadAgeDays != daysOf(o) ||
			len(checks[1].SimpleSigningAttestationCheck.AttestationAuthenticators) != 1 {
			t.Errorf("%s: %s is %q with %+v", ph.name, name, got.Description, checks[0].ImageFreshnessCheck)
			tally.add(func(c *counts) { c.lost++ })
		}
	}
}

// daysOf is the age of images in the configuration of a policy.
func daysOf(o object) int64 {
	sets := o.attributes["gke_policy"].(map[string]any)["check_sets"].([]map[string]any)
	check := sets[0]["checks"].([]map[string]any)[0]["image_freshness_check"].(map[string]any)
	return int64(check["max_upload_age_days"].(int))
}

// TestEveryFaultOfPlatformPolicies: every call for platform policies meets every fault.
func TestEveryFaultOfPlatformPolicies(t *testing.T) {
	t.Parallel()
	everyFault(t, newPlatformWorld, platformWrites, platformReads, 2)
}

func TestBlackHolesOfPlatformPolicies(t *testing.T) {
	t.Parallel()
	blackHoles(t, newPlatformWorld, append(append([]string{}, platformWrites...), platformReads...))
}

func TestRandomFaultsOfPlatformPolicies(t *testing.T) {
	t.Parallel()
	randomFaults(t, newPlatformWorld, seeds/4, platformWrites, platformReads)
}

// TestInterruptsOfPlatformPolicies: an apply interrupted at any moment leaves no policy outside the
// state: the next apply succeeds, and a destroy deletes all policies.
func TestInterruptsOfPlatformPolicies(t *testing.T) {
	t.Parallel()
	interruptSteps(t, newPlatformWorld, 1, map[string]step{
		"create":  {nil, createdPlatformPolicies(), []string{"CreatePlatformPolicy", "GetPlatformPolicy"}},
		"update":  {createdPlatformPolicies(), changedPlatformPolicies(), platformWrites},
		"destroy": {createdPlatformPolicies(), nil, []string{"DeletePlatformPolicy", "GetPlatformPolicy"}},
	})
}
