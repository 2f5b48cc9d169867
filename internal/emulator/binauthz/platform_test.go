package binauthz_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	discovery "google.golang.org/api/binaryauthorization/v1"
	"google.golang.org/api/googleapi"

	"github.com/binauthz/terraform-provider-binauthz/internal/emulator"
)

const gkePolicies = "projects/p/platforms/gke"

func gkePolicy(sets ...*discovery.CheckSet) *discovery.PlatformPolicy {
	return &discovery.PlatformPolicy{GkePolicy: &discovery.GkePolicy{CheckSets: sets}}
}

func checks(c ...*discovery.Check) *discovery.PlatformPolicy {
	return gkePolicy(&discovery.CheckSet{Checks: c})
}

func scoped(namespace, account string) *discovery.CheckSet {
	return &discovery.CheckSet{Scope: &discovery.Scope{KubernetesNamespace: namespace, KubernetesServiceAccount: account}}
}

func refused(t *testing.T, err error, code int, text string) {
	t.Helper()
	var e *googleapi.Error
	if !errors.As(err, &e) || e.Code != code || !strings.Contains(e.Message, text) {
		t.Errorf("%v; want %d with %q", err, code, text)
	}
}

func signing(t *testing.T, keyID, algorithm string, projects ...string) *discovery.Check {
	t.Helper()
	return &discovery.Check{SimpleSigningAttestationCheck: &discovery.SimpleSigningAttestationCheck{
		ContainerAnalysisAttestationProjects: projects,
		AttestationAuthenticators: []*discovery.AttestationAuthenticator{{PkixPublicKeySet: &discovery.PkixPublicKeySet{
			PkixPublicKeys: []*discovery.PkixPublicKey{
				{PublicKeyPem: read(t, testdata+"p256.pem"), SignatureAlgorithm: algorithm, KeyId: keyID},
			},
		}}},
	}}
}

func TestPlatformPolicy(t *testing.T) {
	t.Parallel()
	s := start(t, emulator.Options{})
	c, ctx := discovered(t, s).Projects.Platforms.Policies, t.Context()
	sent := gkePolicy(scoped("", "ns:sa"), scoped("ns", ""), &discovery.CheckSet{DisplayName: "rest", Checks: []*discovery.Check{
		signing(t, "", "EC_SIGN_P256_SHA256", "projects/p"),
		{AlwaysDeny: true},
		{ImageFreshnessCheck: &discovery.ImageFreshnessCheck{MaxUploadAgeDays: 30}},
		{VulnerabilityCheck: &discovery.VulnerabilityCheck{MaximumFixableSeverity: "LOW", MaximumUnfixableSeverity: "HIGH"}},
		{TrustedDirectoryCheck: &discovery.TrustedDirectoryCheck{TrustedDirPatterns: []string{"gcr.io/a/**"}}},
		{SlsaCheck: &discovery.SlsaCheck{Rules: []*discovery.VerificationRule{{TrustedBuilder: "GOOGLE_CLOUD_BUILD"}}}},
		{SigstoreSignatureCheck: &discovery.SigstoreSignatureCheck{SigstoreAuthorities: []*discovery.SigstoreAuthority{{
			PublicKeySet: &discovery.SigstorePublicKeySet{
				PublicKeys: []*discovery.SigstorePublicKey{{PublicKeyPem: read(t, testdata+"p256.pem")}},
			},
		}}}},
	}})
	sent.Description = "first"
	made, err := c.Create(gkePolicies, sent).PolicyId("a").Context(ctx).Do()
	if err != nil || made.Etag != "" || made.Name != gkePolicies+"/policies/a" {
		t.Fatalf("%+v, %v", made, err)
	}
	there, err := c.Get(made.Name).Context(ctx).Do()
	if err != nil || !strings.HasPrefix(there.Etag, `"`) {
		t.Fatalf("%+v, %v", there, err)
	}
	signing := there.GkePolicy.CheckSets[2].Checks[0].SimpleSigningAttestationCheck
	key := signing.AttestationAuthenticators[0].PkixPublicKeySet.PkixPublicKeys[0]
	if key.KeyId != "ni:///sha-256;BSMEghLrIURjdQWDp2lRvmvTR7BcOj5ncFUGYdhkRnM" || key.SignatureAlgorithm != "ECDSA_P256_SHA256" {
		t.Errorf("%+v", key)
	}
	_, err = c.Create(gkePolicies, sent).PolicyId("a").Context(ctx).Do()
	refused(t, err, 409, "already exists")
	next := gkePolicy()
	next.Etag = there.Etag
	if _, err := c.ReplacePlatformPolicy(made.Name, next).Context(ctx).Do(); err != nil {
		t.Fatal(err)
	}
	_, err = c.ReplacePlatformPolicy(made.Name, next).Context(ctx).Do()
	refused(t, err, 409, "etag")
	after, err := c.Get(made.Name).Context(ctx).Do()
	if err != nil || after.Description != "" || len(after.GkePolicy.CheckSets) != 0 {
		t.Errorf("%+v, %v", after, err)
	}
	_, err = c.Delete(made.Name).Etag(there.Etag).Context(ctx).Do()
	refused(t, err, 409, "etag")
	if _, err := c.Delete(made.Name).Etag(after.Etag).Context(ctx).Do(); err != nil {
		t.Fatal(err)
	}
	_, err = c.Get(made.Name).Context(ctx).Do()
	refused(t, err, 404, "not found")
	_, err = c.ReplacePlatformPolicy(made.Name, gkePolicy()).Context(ctx).Do()
	refused(t, err, 404, "not found")
	_, err = c.Delete(made.Name).Context(ctx).Do()
	refused(t, err, 404, "not found")
}

// TestPlatformPolicyOrder: a check set comes before every check set that also matches its pods. No
// other order is documented. A scope has one check set.
func TestPlatformPolicyOrder(t *testing.T) {
	t.Parallel()
	s := start(t, emulator.Options{})
	c, ctx := discovered(t, s).Projects.Platforms.Policies, t.Context()
	for name, k := range map[string]struct {
		sets []*discovery.CheckSet
		bad  string
	}{
		"by-kind":           {[]*discovery.CheckSet{scoped("", "a:x"), scoped("", "b:y"), scoped("a", ""), scoped("b", "")}, ""},
		"by-namespace":      {[]*discovery.CheckSet{scoped("", "a:x"), scoped("a", ""), scoped("", "b:y"), scoped("b", "")}, ""},
		"other-namespace":   {[]*discovery.CheckSet{scoped("a", ""), scoped("", "b:y")}, ""},
		"twice":             {[]*discovery.CheckSet{scoped("a", ""), scoped("b", ""), scoped("a", "")}, "the same scope"},
		"account-twice":     {[]*discovery.CheckSet{scoped("", "a:x"), scoped("", "a:x")}, "the same scope"},
		"rest-twice":        {[]*discovery.CheckSet{{}}, "the same scope"},
		"namespace-first":   {[]*discovery.CheckSet{scoped("a", ""), scoped("b", ""), scoped("", "a:x")}, "decreasing specificity"},
		"rest-first":        {[]*discovery.CheckSet{scoped("", ""), scoped("a", "")}, "decreasing specificity"},
		"rest-then-account": {[]*discovery.CheckSet{scoped("", ""), scoped("", "a:x")}, "decreasing specificity"},
	} {
		_, err := c.Create(gkePolicies, gkePolicy(append(k.sets, scoped("", ""))...)).PolicyId(name).Context(ctx).Do()
		if k.bad != "" {
			refused(t, err, 400, k.bad)
		} else if err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestPlatformPolicyRefusals(t *testing.T) {
	t.Parallel()
	s := start(t, emulator.Options{})
	c, ctx := discovered(t, s).Projects.Platforms.Policies, t.Context()
	many := make([]string, 11)
	for i := range many {
		many[i] = fmt.Sprint("projects/p", i)
	}
	for text, p := range map[string]*discovery.PlatformPolicy{
		"policy should contain either gkePolicy or cloudRunPolicy":              {},
		"When CheckSets are not empty, the last CheckSet must have empty scope": gkePolicy(scoped("ns", "")),
		"order of decreasing specificity": gkePolicy(
			scoped("ns", ""), scoped("", "ns:sa"), scoped("", "")),
		"a namespace or a service account": gkePolicy(scoped("ns", "ns:sa"), scoped("", "")),
		"'sa' is not of the form":          gkePolicy(scoped("", "sa"), scoped("", "")),
		"'Ns_1' is not a namespace":        gkePolicy(scoped("Ns_1", ""), scoped("", "")),
		"alwaysDeny cannot be false": checks(&discovery.Check{
			ForceSendFields:     []string{"AlwaysDeny"},
			ImageFreshnessCheck: &discovery.ImageFreshnessCheck{MaxUploadAgeDays: 1},
		}),
		"allowPattern is required":   gkePolicy(&discovery.CheckSet{ImageAllowlist: &discovery.ImageAllowlist{}}),
		"exactly one kind, not of 0": checks(&discovery.Check{}),
		"exactly one kind, not of 2": checks(&discovery.Check{
			AlwaysDeny: true,
			SlsaCheck:  &discovery.SlsaCheck{},
		}),
		"maxUploadAgeDays must be greater than zero": checks(&discovery.Check{
			ImageFreshnessCheck: &discovery.ImageFreshnessCheck{},
		}),
		"trustedDirPatterns is required": checks(&discovery.Check{
			TrustedDirectoryCheck: &discovery.TrustedDirectoryCheck{},
		}),
		"maximumFixableSeverity and maximumUnfixableSeverity are required": checks(&discovery.Check{
			VulnerabilityCheck: &discovery.VulnerabilityCheck{MaximumFixableSeverity: "LOW"},
		}),
		"sigstoreAuthorities is required": checks(&discovery.Check{
			SigstoreSignatureCheck: &discovery.SigstoreSignatureCheck{},
		}),
		"attestationAuthenticators is required": checks(&discovery.Check{
			SimpleSigningAttestationCheck: &discovery.SimpleSigningAttestationCheck{},
		}),
		"10 Container Analysis projects at most": checks(signing(t, "", "ECDSA_P256_SHA256", many...)),
		"'projects/1' is not of the form":        checks(signing(t, "", "ECDSA_P256_SHA256", "projects/1")),
		"is not a signature algorithm":           checks(signing(t, "", "")),
		"and does not fit ECDSA_P384_SHA384":     checks(signing(t, "", "ECDSA_P384_SHA384")),
		"is not a URI":                           checks(signing(t, "1:odd", "ECDSA_P256_SHA256")),
		"Invalid value at 'trusted_builder'": checks(&discovery.Check{
			SlsaCheck: &discovery.SlsaCheck{Rules: []*discovery.VerificationRule{{TrustedBuilder: "ME"}}},
		}),
	} {
		_, err := c.Create(gkePolicies, p).PolicyId("a").Context(ctx).Do()
		refused(t, err, 400, text)
	}
	_, err := c.Create("projects/p/platforms/cloudRun", gkePolicy()).PolicyId("a").Context(ctx).Do()
	refused(t, err, 400, "Expected 'gke' platform_id, but found 'cloudRun'.")
	_, err = c.Create("projects/p/platforms/other", gkePolicy()).PolicyId("a").Context(ctx).Do()
	refused(t, err, 400, "The platform 'other' is not valid.")
	_, err = c.Create(gkePolicies, gkePolicy()).Context(ctx).Do()
	refused(t, err, 400, "The policy id '' is not valid.")
	_, err = c.Create(gkePolicies, gkePolicy()).PolicyId("_a").Context(ctx).Do()
	refused(t, err, 400, "The policy id '_a' is not valid.")
	if got, err := c.List(gkePolicies).Context(ctx).Do(); err != nil || len(got.PlatformPolicies) != 0 {
		t.Errorf("refused policies are there: %+v, %v", got, err)
	}
}

// TestPlatformPolicyTexts: no list of a platform policy has an empty text, a null, or a text in an
// undocumented form.
func TestPlatformPolicyTexts(t *testing.T) {
	t.Parallel()
	s := start(t, emulator.Options{})
	c := discovered(t, s).Projects.Platforms.Policies
	allowlist := &discovery.ImageAllowlist{AllowPattern: []string{"a", ""}}
	exempting := func(pattern string) *discovery.PlatformPolicy {
		return gkePolicy(&discovery.CheckSet{ImageAllowlist: &discovery.ImageAllowlist{AllowPattern: []string{pattern}}})
	}
	in := func(directory string) *discovery.PlatformPolicy {
		return checks(&discovery.Check{TrustedDirectoryCheck: &discovery.TrustedDirectoryCheck{TrustedDirPatterns: []string{directory}}})
	}
	onPolicy := gkePolicy()
	onPolicy.GkePolicy.ImageAllowlist = allowlist
	vulnerability := func(change func(*discovery.VulnerabilityCheck)) *discovery.PlatformPolicy {
		v := &discovery.VulnerabilityCheck{MaximumFixableSeverity: "LOW", MaximumUnfixableSeverity: "LOW"}
		change(v)
		return checks(&discovery.Check{VulnerabilityCheck: v})
	}
	slsa := func(rule *discovery.VerificationRule) *discovery.PlatformPolicy {
		return checks(&discovery.Check{SlsaCheck: &discovery.SlsaCheck{Rules: []*discovery.VerificationRule{rule}}})
	}
	for name, k := range map[string]struct {
		policy *discovery.PlatformPolicy
		text   string
	}{
		"of the policy":  {onPolicy, "allowPattern: \"\" is not a pattern"},
		"of a check set": {gkePolicy(&discovery.CheckSet{ImageAllowlist: allowlist}), "allowPattern: \"\" is not a pattern"},
		"of a check": {
			checks(&discovery.Check{AlwaysDeny: true, ImageAllowlist: allowlist}), "allowPattern: \"\" is not a pattern",
		},
		"a wildcard in a name":     {exempting("gcr.io/*/app"), "allowPattern: "},
		"a wildcard and a tag":     {exempting("gcr.io/a*:v1"), "cannot be combined"},
		"** in a word":             {exempting("gcr.io/a**"), "must follow a slash"},
		"directories":              {in(""), "trustedDirPatterns: "},
		"no whole domain":          {in("gcr.i*"), "whole domain"},
		"a wildcard in a domain":   {in("sub*domain.gcr.io/a"), "whole domain"},
		"a wildcard of the domain": {in("*pkg.dev/a"), "leading wildcard"},
		"two stars":                {in("**-docker.pkg.dev/a"), "leading wildcard"},
		"allowed": {
			vulnerability(func(v *discovery.VulnerabilityCheck) { v.AllowedCves = []string{""} }), "allowedCves: ",
		},
		"blocked": {
			vulnerability(func(v *discovery.VulnerabilityCheck) { v.BlockedCves = []string{"CVE-1", ""} }), "blockedCves: ",
		},
		"project": {
			vulnerability(func(v *discovery.VulnerabilityCheck) { v.ContainerAnalysisVulnerabilityProjects = []string{""} }),
			"'' is not of the form",
		},
		"project's id": {vulnerability(func(v *discovery.VulnerabilityCheck) {
			v.ContainerAnalysisVulnerabilityProjects = []string{"projects/"}
		}), "'projects/' is not of the form"},
		"sources": {
			slsa(&discovery.VerificationRule{TrustedSourceRepoPatterns: []string{""}}), "trustedSourceRepoPatterns: ",
		},
		"a source with a scheme": {
			slsa(&discovery.VerificationRule{TrustedSourceRepoPatterns: []string{"https://github.com/a"}}), "leave out the scheme",
		},
		"a source with a wildcard": {
			slsa(&discovery.VerificationRule{TrustedSourceRepoPatterns: []string{"github.com/a*"}}), "after a slash",
		},
		"a CVE with a project": {
			vulnerability(func(v *discovery.VulnerabilityCheck) { v.AllowedCves = []string{"projects/goog-vulnz/notes/CVE-1"} }),
			"allowedCves: ",
		},
		"slsa's projects": {
			slsa(&discovery.VerificationRule{
				AttestationSource: &discovery.AttestationSource{ContainerAnalysisAttestationProjects: []string{"projects/"}},
			}),
			"'projects/' is not of the form",
		},
		"signer projects": {checks(signing(t, "", "ECDSA_P256_SHA256", "projects/")), "'projects/' is not of the form"},
		"a null rule":     {slsa(nil), "a null"},
		"a null check":    {checks([]*discovery.Check{nil}...), "a null"},
		"a null set":      {gkePolicy([]*discovery.CheckSet{nil}...), "a null"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := c.Create(gkePolicies, k.policy).PolicyId("a").Context(t.Context()).Do()
			refused(t, err, 400, k.text)
		})
	}
}

// TestPlatformPolicyMasks: every method refuses an unknown name in a field mask.
func TestPlatformPolicyMasks(t *testing.T) {
	t.Parallel()
	s := start(t, emulator.Options{})
	c, ctx := discovered(t, s).Projects.Platforms, t.Context()
	const policy, unknown = gkePolicies + "/policies/a", "gkePolicy(checkSet)"
	_, err := c.Policies.Create(gkePolicies, gkePolicy()).PolicyId("a").Fields(unknown).Context(ctx).Do()
	refused(t, err, 400, "Invalid field selection checkset")
	_, err = c.Policies.Get(policy).Fields(unknown).Context(ctx).Do()
	refused(t, err, 400, "Invalid field selection checkset")
	_, err = c.Policies.List(gkePolicies).Fields("policies").Context(ctx).Do()
	refused(t, err, 400, "Invalid field selection policies")
	_, err = c.Policies.ReplacePlatformPolicy(policy, gkePolicy()).Fields(unknown).Context(ctx).Do()
	refused(t, err, 400, "Invalid field selection checkset")
	_, err = c.Gke.Policies.Evaluate(policy, &discovery.EvaluateGkePolicyRequest{Resource: googleapi.RawMessage(pod(denied))}).
		Fields("results(verdicts)").Context(ctx).Do()
	refused(t, err, 400, "Invalid field selection verdicts")
	_, err = c.Policies.Delete(policy).Fields("name").Context(ctx).Do()
	refused(t, err, 400, "Invalid field selection name")
}

func TestListPlatformPolicies(t *testing.T) {
	t.Parallel()
	s := start(t, emulator.Options{})
	c, ctx := discovered(t, s).Projects.Platforms.Policies, t.Context()
	for i := range 5 {
		if _, err := c.Create(gkePolicies, gkePolicy()).PolicyId(fmt.Sprint("a", i)).Context(ctx).Do(); err != nil {
			t.Fatal(err)
		}
	}
	var names []string
	err := c.List(gkePolicies).PageSize(2).Context(ctx).Pages(ctx, func(page *discovery.ListPlatformPoliciesResponse) error {
		for _, p := range page.PlatformPolicies {
			names = append(names, p.Name)
		}
		return nil
	})
	if err != nil || len(names) != 5 || names[4] != gkePolicies+"/policies/a4" {
		t.Errorf("%v, %v", names, err)
	}
	_, err = c.List(gkePolicies).PageToken("odd").Context(ctx).Do()
	refused(t, err, 400, "page token")
}
