package conformance

import (
	"encoding/json"
	"os"
	"slices"
	"strings"
	"testing"

	binaryauthorization "google.golang.org/api/binaryauthorization/v1"
)

// parsed is a policy from JSON. KEY is a placeholder for a public key.
func parsed(t *testing.T, text string) *Policy {
	t.Helper()
	pem, err := os.ReadFile("../attest/testdata/p256.pem")
	if err != nil {
		t.Fatal(err)
	}
	quoted, err := json.Marshal(string(pem))
	if err != nil {
		t.Fatal(err)
	}
	p := new(Policy)
	decoder := json.NewDecoder(strings.NewReader(strings.ReplaceAll(text, "KEY", string(quoted))))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(p); err != nil {
		t.Fatal(err)
	}
	return p
}

func inCheck(check string) string {
	return `{"gkePolicy": {"checkSets": [{"checks": [{` + check + `}]}]}}`
}

func keys(keys string) string {
	return inCheck(`"simpleSigningAttestationCheck": {"attestationAuthenticators": [` +
		`{"pkixPublicKeySet": {"pkixPublicKeys": [` + keys + `]}}]}`)
}

func TestSame(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		a, b string
		want bool
	}{
		{`{}`, `{"gkePolicy": {}}`, true},
		{`{"name": "a", "etag": "b", "updateTime": "c"}`, `{}`, true},
		{`{"description": "a"}`, `{}`, false},
		{`{"gkePolicy": {"checkSets": [{}]}}`, `{"gkePolicy": {}}`, false},
		{`{"gkePolicy": {"checkSets": [{"scope": {}}]}}`, `{"gkePolicy": {"checkSets": [{}]}}`, true},
		{
			`{"gkePolicy": {"imageAllowlist": {"allowPattern": ["a", "b"]}}}`,
			`{"gkePolicy": {"imageAllowlist": {"allowPattern": ["b", "a", "a"]}}}`, true,
		},
		{inCheck(`"slsaCheck": {}`), inCheck(``), false},
		{
			inCheck(`"slsaCheck": {"rules": [{"trustedBuilder": "BUILDER_UNSPECIFIED", "attestationSource": {}}]}`),
			inCheck(`"slsaCheck": {"rules": [{}]}`), true,
		},
		{inCheck(`"slsaCheck": {"rules": [{}]}`), inCheck(`"slsaCheck": {}`), false},
		{inCheck(`"alwaysDeny": true`), inCheck(`"alwaysDeny": true, "displayName": "x"`), false},
		{
			keys(`{"publicKeyPem": KEY, "signatureAlgorithm": "EC_SIGN_P256_SHA256"}`),
			keys(`{"publicKeyPem": KEY, "signatureAlgorithm": "ECDSA_P256_SHA256", "keyId": ` +
				`"ni:///sha-256;BSMEghLrIURjdQWDp2lRvmvTR7BcOj5ncFUGYdhkRnM"}`),
			true,
		},
		{
			keys(`{"publicKeyPem": KEY, "signatureAlgorithm": "ECDSA_P256_SHA256"}`),
			keys(`{"publicKeyPem": KEY, "signatureAlgorithm": "ECDSA_P256_SHA256", "keyId": "x"}`), false,
		},
		{keys(`{"keyId": "a"}, {"keyId": "b"}`), keys(`{"keyId": "b"}, {"keyId": "a"}`), true},
	} {
		if got := Same(parsed(t, c.a), parsed(t, c.b)); got != c.want {
			t.Errorf("%s and %s: %v", c.a, c.b, got)
		}
		if lines := Differences(parsed(t, c.a), parsed(t, c.b)); (len(lines) == 0) != c.want {
			t.Errorf("%s and %s: %v", c.a, c.b, lines)
		}
	}
}

func TestDifferences(t *testing.T) {
	t.Parallel()
	a := parsed(t,
		`{"gkePolicy": {"imageAllowlist": {"allowPattern": ["a", "b"]}, "checkSets": [{"displayName": "x", "checks": `+
			`[{"imageFreshnessCheck": {"maxUploadAgeDays": 30}}, {"alwaysDeny": true}]}]}}`)
	b := parsed(t,
		`{"description": "d", "gkePolicy": {"imageAllowlist": {"allowPattern": ["b", "c"]}, "checkSets": [{"displayName": "y", `+
			`"checks": [{"imageFreshnessCheck": {"maxUploadAgeDays": 7}}]}, {}]}}`)
	want := []string{
		`description was added: "d"`,
		"gke_policy.check_sets[0].checks[0].image_freshness_check.max_upload_age_days is now 7",
		"gke_policy.check_sets[0].checks[1] was removed",
		`gke_policy.check_sets[0].display_name is now "y"`,
		"gke_policy.check_sets[1] was added",
		`gke_policy.image_allowlist now has "c"`,
		`gke_policy.image_allowlist no longer has "a"`,
	}
	if got := Differences(a, b); !slices.Equal(got, want) {
		t.Errorf("%s", strings.Join(got, "\n"))
	}
}

func TestWeakenings(t *testing.T) {
	t.Parallel()
	const rest = "the check set for everything else"
	vulnerability := func(fixable, more string) string {
		return inCheck(`"vulnerabilityCheck": {"maximumFixableSeverity": "` + fixable + `", "maximumUnfixableSeverity": "HIGH"` + more +
			`}`)
	}
	attestedIn := func(projects string) string {
		return inCheck(`"simpleSigningAttestationCheck": {"containerAnalysisAttestationProjects": [` + projects + `]}`)
	}
	for name, c := range map[string]struct {
		a, b string
		want []string
	}{
		"a check": {
			inCheck(`"alwaysDeny": true`), `{"gkePolicy": {"checkSets": [{}]}}`, []string{rest + ": always_deny (checks[0]) is gone"},
		},
		"all check sets": {inCheck(`"alwaysDeny": true`), `{}`, []string{rest + ": no checks remain"}},
		"a severity": {
			vulnerability("LOW", ""), vulnerability("HIGH", ""),
			[]string{rest + ": vulnerability_check (checks[0]): maximum_fixable_severity was LOW and becomes HIGH"},
		},
		"a lower severity": {vulnerability("HIGH", ""), vulnerability("LOW", ""), nil},
		"a CVE": {
			vulnerability("LOW", `, "blockedCves": ["A"]`),
			vulnerability("LOW", `, "allowedCves": ["B"]`),
			[]string{
				rest + ": vulnerability_check (checks[0]): allowed_cves also has B",
				rest + ": vulnerability_check (checks[0]): blocked_cves no longer has A",
			},
		},
		"a project with scans": {
			vulnerability("LOW", `, "containerAnalysisVulnerabilityProjects": ["projects/a", "projects/b"]`),
			vulnerability("LOW", `, "containerAnalysisVulnerabilityProjects": ["projects/c", "projects/a"]`),
			[]string{rest + ": vulnerability_check (checks[0]): container_analysis_vulnerability_projects no longer has projects/b"},
		},
		"a project with attestations": {
			attestedIn(`"projects/a", "projects/b"`), attestedIn(`"projects/c", "projects/a"`),
			[]string{rest + ": simple_signing_attestation_check (checks[0]): container_analysis_attestation_projects also has projects/c"},
		},
		"an age": {
			inCheck(`"imageFreshnessCheck": {"maxUploadAgeDays": 7}`), inCheck(`"imageFreshnessCheck": {"maxUploadAgeDays": 8}`),
			[]string{rest + ": image_freshness_check (checks[0]): max_upload_age_days was 7 and becomes 8"},
		},
		"a directory": {
			inCheck(`"displayName": "D", "trustedDirectoryCheck": {"trustedDirPatterns": ["a"]}`),
			inCheck(`"displayName": "D", "trustedDirectoryCheck": {"trustedDirPatterns": ["a", "b"]}`),
			[]string{rest + `: trusted_directory_check "D": trusted_dir_patterns also has b`},
		},
		"a key": {
			keys(`{"publicKeyPem": "x"}`), keys(`{"publicKeyPem": "x"}, {"publicKeyPem": "y"}`),
			[]string{rest + ": simple_signing_attestation_check (checks[0]): public keys also has y"},
		},
		"a rule": {
			inCheck(`"slsaCheck": {"rules": [{"configBasedBuildRequired": true}]}`), inCheck(`"slsaCheck": {"rules": [{}]}`),
			[]string{rest + ": slsa_check (checks[0]): rules[0] is new or changed, and any one rule is enough"},
		},
		"a pattern": {
			`{}`, `{"gkePolicy": {"imageAllowlist": {"allowPattern": ["gcr.io/a"]}}}`,
			[]string{"gke_policy: image_allowlist also has gcr.io/a"},
		},
		"a narrower pattern": {
			`{"gkePolicy": {"imageAllowlist": {"allowPattern": ["gcr.io/**"]}}}`,
			`{"gkePolicy": {"imageAllowlist": {"allowPattern": ["gcr.io/a"]}}}`, nil,
		},
		"a scope of its own": {
			inCheck(`"alwaysDeny": true`),
			`{"gkePolicy": {"checkSets": [{"scope": {"kubernetesNamespace": "a"}}, {"checks": [{"alwaysDeny": true}]}]}}`,
			[]string{"the check set of namespace a: always_deny (checks[0]) is gone"},
		},
		"a scope that goes": {
			`{"gkePolicy": {"checkSets": [{"scope": {"kubernetesServiceAccount": "a:b"}, "checks": [{"alwaysDeny": true}]}, {}]}}`,
			`{"gkePolicy": {"checkSets": [{}]}}`,
			[]string{"the check set of service account a:b, now " + rest + ": always_deny (checks[0]) is gone"},
		},
		"another order":     {inCheck(`"alwaysDeny": true}, {"slsaCheck": {}`), inCheck(`"slsaCheck": {}}, {"alwaysDeny": true`), nil},
		"a sort of its own": {inCheck(`"alwaysDeny": true`), inCheck(`"alwaysDeny": true}, {"slsaCheck": {}`), nil},
	} {
		if got := Weakenings(parsed(t, c.a), parsed(t, c.b), Open{}); !slices.Equal(got, c.want) {
			t.Errorf("%s: %s", name, strings.Join(got, "\n"))
		}
	}
}

// TestWeakeningsBesideUnknownValues: an unknown part is not compared, all others are.
func TestWeakeningsBesideUnknownValues(t *testing.T) {
	t.Parallel()
	const (
		rest    = "the check set for everything else"
		looser  = ": max_upload_age_days was 7 and becomes 30"
		fresh7  = `{"imageFreshnessCheck": {"maxUploadAgeDays": 7}}`
		fresh30 = `{"imageFreshnessCheck": {"maxUploadAgeDays": 30}}`
		deny    = `{"alwaysDeny": true}`
	)
	inA := func(checks string) string {
		return `{"scope": {"kubernetesNamespace": "a"}, "checks": [` + checks + `]}`
	}
	inRest := func(checks string) string { return `{"checks": [` + checks + `]}` }
	sets := func(sets ...string) string { return `{"gkePolicy": {"checkSets": [` + strings.Join(sets, ",") + `]}}` }
	named := func(name, check string) string { return `{"displayName": "` + name + `", ` + check[1:] }
	type at struct{ set, check int } // check -1: the list of checks, -2: the scope
	for name, c := range map[string]struct {
		a, b string
		open []at
		want []string
	}{
		"another check": {
			sets(inRest(deny + "," + fresh7)), sets(inRest(`{"slsaCheck": {}},` + fresh30)),
			[]at{{0, 0}},
			[]string{rest + ": always_deny (checks[0]) is gone", rest + ": image_freshness_check (checks[1])" + looser},
		},
		"a check of the kind":   {sets(inRest(fresh7)), sets(inRest(fresh30 + "," + fresh30)), []at{{0, 1}}, nil},
		"a check of any kind":   {sets(inRest(fresh7)), sets(inRest(fresh30 + ", {}")), []at{{0, 1}}, nil},
		"a check with its name": {sets(inRest(named("F", fresh7))), sets(inRest(named("F", fresh30))), []at{{0, 0}}, nil},
		"a known check with its name": {
			sets(inRest(named("F", fresh7))), sets(inRest("{}," + named("F", fresh30))),
			[]at{{0, 0}},
			[]string{rest + `: image_freshness_check "F"` + looser},
		},
		"the checks of one set": {
			sets(inA(deny), inRest(fresh7)), sets(inA(""), inRest(fresh30)),
			[]at{{0, -1}},
			[]string{rest + ": image_freshness_check (checks[0])" + looser},
		},
		"the scope of one set": {
			sets(inA(deny), inRest(fresh7)), sets(inA(""), inRest(fresh30)),
			[]at{{0, -2}},
			[]string{rest + ": image_freshness_check (checks[0])" + looser},
		},
		"a known set of the namespace": {
			sets(inA(deny), inRest("")), sets(inA("{}"), inA(""), inRest("")),
			[]at{{0, -2}},
			[]string{"the check set of namespace a: always_deny (checks[0]) is gone"},
		},
		"a new set": {
			sets(inRest(fresh7)), sets(inA("{}"), inRest(fresh7)), []at{{0, 0}}, nil,
		},
	} {
		after := parsed(t, c.b)
		open := Open{
			Scopes: map[*binaryauthorization.CheckSet]bool{}, Checks: map[*binaryauthorization.CheckSet]bool{},
			Check: map[*binaryauthorization.Check]bool{},
		}
		for _, o := range c.open {
			set := after.GkePolicy.CheckSets[o.set]
			switch o.check {
			case -1:
				open.Checks[set] = true
			case -2:
				open.Scopes[set] = true
			default:
				open.Check[set.Checks[o.check]] = true
			}
		}
		if got := Weakenings(parsed(t, c.a), after, open); !slices.Equal(got, c.want) {
			t.Errorf("%s: %s", name, strings.Join(got, "\n"))
		}
	}
	allowing := parsed(t, `{"gkePolicy": {"imageAllowlist": {"allowPattern": ["", "gcr.io/a"]}}}`)
	want := []string{"gke_policy: image_allowlist also has gcr.io/a"}
	if got := Weakenings(parsed(t, sets(inRest(deny))), allowing, Open{CheckSets: true}); !slices.Equal(got, want) {
		t.Errorf("unknown check sets: %s", strings.Join(got, "\n"))
	}
}
