package platformpolicy_test

import (
	"context"
	"fmt"
	"regexp"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"

	"github.com/binauthz/terraform-provider-binauthz/internal/acctest"
	"github.com/binauthz/terraform-provider-binauthz/internal/emulator"
	"github.com/binauthz/terraform-provider-binauthz/internal/gcp"
)

func TestPlatformPolicyDrift(t *testing.T) {
	t.Parallel()
	w := newWorld(t, acctest.New(t))
	ec, rsa := pkix(t, "p256.pem", "ECDSA_P256_SHA256", ""), pkix(t, "rsa2048.pem", "RSA_PSS_2048_SHA256", "")
	body := w.config(rest(freshness+", "+signed(ec+", "+rsa)), "")
	drift := func(change func(*gcp.PlatformPolicy)) resource.TestStep {
		return resource.TestStep{
			PreConfig:        func() { w.change(change) },
			Config:           body,
			ConfigPlanChecks: does(plancheck.ResourceActionUpdate),
		}
	}
	w.Run(t,
		resource.TestStep{Config: body},
		drift(func(p *gcp.PlatformPolicy) { p.Description = "by hand" }),
		drift(func(p *gcp.PlatformPolicy) {
			p.GkePolicy.CheckSets[0].Checks[0].ImageFreshnessCheck.MaxUploadAgeDays = 31
		}),
		drift(func(p *gcp.PlatformPolicy) { p.GkePolicy.CheckSets = nil }),
		drift(func(p *gcp.PlatformPolicy) {
			keys := p.GkePolicy.CheckSets[0].Checks[1].SimpleSigningAttestationCheck.AttestationAuthenticators[0].PkixPublicKeySet
			keys.PkixPublicKeys = keys.PkixPublicKeys[1:]
		}),
		resource.TestStep{
			PreConfig: func() {
				if err := w.Clients.DeletePlatformPolicy(context.Background(), w.name, ""); err != nil {
					t.Fatal(err)
				}
			},
			Config: body, ConfigPlanChecks: does(plancheck.ResourceActionCreate),
		},
	)
}

// TestPlatformPolicyStalePlan: a change of the policy between plan and apply is not overwritten,
// and the error reports it.
func TestPlatformPolicyStalePlan(t *testing.T) {
	t.Parallel()
	w := newWorld(t, acctest.NewEmulated(t, emulator.Options{}))
	byHand := acctest.Meanwhile(func() {
		w.change(func(p *gcp.PlatformPolicy) {
			p.GkePolicy.CheckSets[0].Checks[0].ImageFreshnessCheck.MaxUploadAgeDays = 7
		})
	})
	w.Run(t,
		resource.TestStep{Config: w.config(rest(freshness), "")},
		resource.TestStep{
			Config:           w.config(rest(freshness), `description = "new"`),
			ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{byHand}},
			ExpectError: regexp.MustCompile(`(?s)Cannot update platform ` +
				`policy.*changed\s+since\s+the\s+plan,\s+and\s+nothing\s+was\s+written.*max_upload_age_days\s+is\s+now\s+7`),
		},
		resource.TestStep{Config: w.config(rest(freshness), `description = "new"`), ConfigPlanChecks: does(plancheck.ResourceActionUpdate)},
		resource.TestStep{ // a destroy
			Config: "locals {}", ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{byHand}},
			ExpectError: regexp.MustCompile(`(?s)Cannot delete platform ` +
				`policy.*DeletePlatformPolicy.*nothing\s+was\s+written.*max_upload_age_days\s+is\s+now\s+7`),
		},
		resource.TestStep{Config: w.config(rest(freshness), `description = "new"`), ConfigPlanChecks: does(plancheck.ResourceActionUpdate)},
	)
	if n := w.Calls("ReplacePlatformPolicy"); n != 5 {
		t.Errorf("%d updates were sent; two by hand, one refused and two that count make 5", n)
	}
}

func TestPlatformPolicyThatIsThereAlready(t *testing.T) {
	t.Parallel()
	w := newWorld(t, acctest.New(t))
	twice := w.config(rest(freshness), "") + fmt.Sprintf("resource \"binauthz_platform_policy\" \"again\" {\n name = %q\n gke_policy "+
		"= {}\n depends_on = [binauthz_platform_policy.it]\n}\n", w.name.ID)
	w.Run(t, resource.TestStep{
		Config:      twice,
		ExpectError: regexp.MustCompile(`(?s)Cannot create platform policy.*already exists.*import \{.*id = "` + w.name.String()),
	})
}

// TestPlatformPolicyDenied: the error names the missing permission and a role to grant.
func TestPlatformPolicyDenied(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"CreatePlatformPolicy=permission_denied": `(?s)Cannot create platform ` +
			`policy.*binaryauthorization\.platformPolicies\.create.*roles/binaryauthorization\.policyEditor`,
		"GetPublicKey=permission_denied,count=forever": `(?s)Cannot create platform ` +
			`policy.*cloudkms\.cryptoKeyVersions\.viewPublicKey.*roles/cloudkms\.publicKeyViewer`,
	} {
		w := faulty(t, text)
		w.Run(t, resource.TestStep{Config: w.config(rest(signed(kms(w.KMSKeyVersion(t), ""))), ""), ExpectError: regexp.MustCompile(want)})
	}
}

// TestPlatformPolicyFaults: a transient fault is retried. After a lost reply, the provider finds
// the result and repeats no create or replace.
func TestPlatformPolicyFaults(t *testing.T) {
	t.Parallel()
	for text, sent := range map[string]struct{ creates, replaces, deletes int }{
		"CreatePlatformPolicy=unavailable,count=2":          {3, 1, 1},
		"CreatePlatformPolicy=resource_exhausted,retry=9ms": {2, 1, 1},
		"CreatePlatformPolicy=after:unavailable":            {1, 1, 1},
		"CreatePlatformPolicy=after:reset":                  {1, 1, 1},
		"ReplacePlatformPolicy=unavailable":                 {1, 2, 1},
		"ReplacePlatformPolicy=after:internal":              {1, 1, 1},
		"ReplacePlatformPolicy=after:reset":                 {1, 1, 1},
		"DeletePlatformPolicy=unavailable":                  {1, 1, 2},
		"DeletePlatformPolicy=after:unavailable":            {1, 1, 2},
		"GetPlatformPolicy=unavailable,count=2":             {1, 1, 1},
	} {
		t.Run(text, func(t *testing.T) {
			t.Parallel()
			w := faulty(t, text)
			w.RunChecked(t, w.gone,
				resource.TestStep{Config: w.config(rest(freshness), ""), ConfigPlanChecks: does(plancheck.ResourceActionCreate)},
				resource.TestStep{Config: w.config(rest(""), ""), ConfigPlanChecks: does(plancheck.ResourceActionUpdate)},
			)
			got := [3]int{w.Calls("CreatePlatformPolicy"), w.Calls("ReplacePlatformPolicy"), w.Calls("DeletePlatformPolicy")}
			if want := [3]int{sent.creates, sent.replaces, sent.deletes}; got != want {
				t.Errorf("%v creates, replaces and deletes were sent, want %v", got, want)
			}
		})
	}
}

// TestPlatformPolicyImportOfNothing: the import of a missing policy is an error of Terraform
// itself.
func TestPlatformPolicyImportOfNothing(t *testing.T) {
	t.Parallel()
	w := newWorld(t, acctest.New(t))
	w.Run(t, resource.TestStep{
		Config: w.config("", ""), ResourceName: address, ImportState: true, ImportStateId: w.name.String(),
		ExpectError: regexp.MustCompile(`Cannot import non-existent remote object`),
	})
}
