package conformance_test

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"github.com/binauthz/terraform-provider-binauthz/internal/conformance"
	"github.com/binauthz/terraform-provider-binauthz/internal/workload"
)

func pod(namespace, account string, images ...string) workload.Pod {
	p := workload.Pod{Name: "pod", Namespace: namespace, ServiceAccount: account}
	for _, i := range images {
		p.Containers = append(p.Containers, workload.Container{Image: i})
	}
	return p
}

// assumed is a pod without a service account, as read from a manifest.
func assumed(p workload.Pod) workload.Pod {
	p.AccountAssumed = true
	return p
}

const (
	deny    = `{"alwaysDeny": true}`
	trusted = `{"trustedDirectoryCheck": {"trustedDirPatterns": ["` + dir + `"]}}`
	unknown = `{"imageFreshnessCheck": {"maxUploadAgeDays": 30}}` // of an unreadable image
	broken  = `{"vulnerabilityCheck": {"maximumFixableSeverity": "LOW", "maximumUnfixableSeverity": "LOW", ` +
		`"containerAnalysisVulnerabilityProjects": ["projects/p"]}}`
)

func checkSet(more string, checks ...string) string {
	return `{` + more + `"checks": [` + strings.Join(checks, ",") + `]}`
}

func policyText(allowlist string, sets ...string) string {
	return `{"gkePolicy": {` + allowlist + `"checkSets": [` + strings.Join(sets, ",") + `]}}`
}

func exempts(pattern string) string {
	return `"imageAllowlist": {"allowPattern": ["` + pattern + `"]}, `
}

func inNamespace(n string) string { return `"scope": {"kubernetesNamespace": "` + n + `"}, ` }

func asAccount(a string) string { return `"scope": {"kubernetesServiceAccount": "` + a + `"}, ` }

func TestWalk(t *testing.T) {
	t.Parallel()
	exemptCheck := `{"imageAllowlist": {"allowPattern": ["` + web + `"]}, "alwaysDeny": true}`
	scopes := []string{
		checkSet(asAccount("prod:robot"), deny), checkSet(inNamespace("prod"), trusted),
		checkSet(inNamespace("default"), deny), checkSet(""),
	}
	nameless := `{"imageAllowlist": {"allowPattern": ["docker.io/library/*"]}, "alwaysDeny": true}`
	for name, c := range map[string]struct {
		policy string
		pod    workload.Pod
		want   string
	}{
		"no policy of GKE":                   {`{}`, pod("a", "b", image), yes},
		"the policy's allowlist":             {policyText(exempts(web), checkSet("", deny)), pod("a", "b", image), yes},
		"the policy's allowlist, by tag":     {policyText(exempts(web+":v*"), checkSet("", trusted)), pod("a", "b", web+":v1"), yes},
		"another image":                      {policyText(exempts(web), checkSet("", deny)), pod("a", "b", dir+"/api:v1"), non},
		"no check sets":                      {policyText(""), pod("a", "b", image), yes},
		"no checks":                          {policyText("", checkSet("")), pod("a", "b", image), yes},
		"the check set's allowlist":          {policyText("", checkSet(exempts(web), deny)), pod("a", "b", image), yes},
		"the check's allowlist":              {policyText("", checkSet("", exemptCheck)), pod("a", "b", image), yes},
		"the check's allowlist, another one": {policyText("", checkSet("", exemptCheck, deny)), pod("a", "b", image), non},
		"all checks":                         {policyText("", checkSet("", trusted, deny)), pod("a", "b", image), non},
		"a service account":                  {policyText("", scopes...), pod("prod", "robot", image), non},
		"its namespace":                      {policyText("", scopes...), pod("prod", "other", image), yes},
		"the account in another namespace":   {policyText("", scopes...), pod("dev", "robot", "x/y:1"), yes},
		"everything else":                    {policyText("", scopes...), pod("dev", "other", "x/y:1"), yes},
		"no namespace":                       {policyText("", scopes...), pod("", "other", image), nonOrYes},
		"no namespace, the same set":         {policyText("", scopes[1], scopes[3]), pod("", "other", "x/y:1"), yes},
		"no namespace, the same answer":      {policyText("", scopes[2], checkSet("", deny)), pod("", "other", image), non},
		"no service account": {
			policyText("", checkSet(asAccount("a:default"), deny), checkSet("")), pod("a", "", image), nonOrYes,
		},
		"an assumed service account": {
			policyText("", checkSet(asAccount("a:default"), trusted), checkSet("", deny)), assumed(pod("a", "default", image)), nonOrYes,
		},
		"an assumed one, of no consequence": {
			policyText("", checkSet(asAccount("b:default"), deny), checkSet("", trusted)), assumed(pod("a", "default", image)), yes,
		},
		"the default account by name": {
			policyText("", checkSet(asAccount("a:default"), trusted), checkSet("", deny)), pod("a", "default", image), yes,
		},
		"no set for the pod":                 {policyText("", scopes[1]), pod("dev", "robot", "x/y:1"), yes},
		"init containers count":              {policyText("", checkSet("", trusted)), pod("a", "b", image, "x/y:1"), non},
		"an error":                           {policyText("", checkSet("", trusted, broken)), pod("a", "b", image), failed},
		"non-conformance outweighs an error": {policyText("", checkSet("", broken, deny)), pod("a", "b", image), non},
		"non-conformance outweighs a doubt":  {policyText("", checkSet("", unknown, deny)), pod("a", "b", image), non},
		"an error and a doubt":               {policyText("", checkSet("", unknown, broken)), pod("a", "b", image), nonOrFailed},
		"a doubt":                            {policyText("", checkSet("", unknown, trusted)), pod("a", "b", image), every},
		"perhaps in the policy's allowlist": {
			policyText(exempts("docker.io/library/nginx"), checkSet("", deny)), pod("a", "b", hub), nonOrYes,
		},
		"perhaps, of a short pattern": {policyText(exempts("library/nginx"), checkSet("", deny)), pod("a", "b", full), nonOrYes},
		"perhaps, of no consequence": {
			policyText(exempts("docker.io/library/nginx"),
				checkSet("", `{"trustedDirectoryCheck": {"trustedDirPatterns": ["docker.io/**"]}}`)),
			pod("a", "b", full),
			yes,
		},
		"surely, by another pattern":          {policyText(exempts(`docker.io/**", "nginx`), checkSet("", deny)), pod("a", "b", hub), yes},
		"not in the allowlist in any reading": {policyText(exempts("docker.io/other/*"), checkSet("", deny)), pod("a", "b", hub), non},
		"perhaps in the set's allowlist":      {policyText("", checkSet(exempts("docker.io/**"), deny)), pod("a", "b", hub), nonOrYes},
		"perhaps in the check's allowlist":    {policyText("", checkSet("", nameless)), pod("a", "b", "nginx:1.27"), nonOrYes},
		"perhaps, and another check":          {policyText("", checkSet("", nameless, deny)), pod("a", "b", "nginx:1.27"), non},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			evidence := newStage()
			evidence.unreadable[image] = errors.New("no permission")
			e := &conformance.Evaluator{Evidence: evidence, Now: now}
			got := e.Evaluate(t.Context(), policyOf(t, c.policy), []workload.Pod{c.pod})
			if got.Possible.String() != c.want || got.Pods[0].Possible != got.Possible {
				t.Errorf("%s, want %s", got.Possible, c.want)
			}
		})
	}
}

func TestPodsTogether(t *testing.T) {
	t.Parallel()
	policy := policyOf(t, policyText("", checkSet(inNamespace("deny"), deny), checkSet(inNamespace("broken"), broken), checkSet("")))
	e := &conformance.Evaluator{Evidence: newStage(), Now: now}
	for namespaces, want := range map[string]string{"": yes, "a": yes, "a broken": failed, "broken a deny": non} {
		var pods []workload.Pod
		for n := range strings.FieldsSeq(namespaces) {
			pods = append(pods, pod(n, "default", image))
		}
		if got := e.Evaluate(t.Context(), policy, pods); got.Possible.String() != want || len(got.Pods) != len(pods) {
			t.Errorf("%s: %s", namespaces, got.Possible)
		}
	}
}

func TestMessage(t *testing.T) {
	t.Parallel()
	policy := policyOf(t, policyText(exempts("gcr.io/x/*"), checkSet(`"displayName": "My check set", `,
		`{"displayName": "My trusted directory check", "trustedDirectoryCheck": {"trustedDirPatterns": `+
			`["us-central1-docker.pkg.dev/my-project/my-directory"]}}`,
		`{"imageAllowlist": {"allowPattern": ["gcr.io/my-project/**"]}, "alwaysDeny": true}`,
	)))
	e := &conformance.Evaluator{Evidence: newStage(), Now: now}
	result := e.Evaluate(t.Context(), policy, []workload.Pod{
		pod("", "default", "gcr.io/my-project/hello-app:latest", "gcr.io/x/y:1", "gcr.io/x/y:1"),
	})
	check := result.Pods[0].Images[0].Set.Checks[0]
	// https://cloud.google.com/binary-authorization/docs/view-cv-logs has this text.
	const documented = `TrustedDirectoryCheck at index 0 with display name "My trusted directory check" has verdict NOT_CONFORMANT. ` +
		`Image is not in a trusted directory`
	if check.Explanation() != documented {
		t.Error(check.Explanation())
	}
	text, err := json.Marshal(result.Message())
	if err != nil {
		t.Fatal(err)
	}
	want := `{"results":[{"imageResults":[{"checkSetResult":{"checkResults":{"results":[` +
		`{"displayName":"My trusted directory check","evaluationResult":{"verdict":"NON_CONFORMANT"},"explanation":` + quoted(documented) +
		`,"index":"0","type":"TrustedDirectoryCheck"},` +
		`{"allowlistResult":{"matchedPattern":"gcr.io/my-project/**"},"index":"1","type":"AlwaysDeny"}]},` +
		`"displayName":"My check set","index":"0"},` +
		`"imageUri":"gcr.io/my-project/hello-app:latest","verdict":"NON_CONFORMANT"},` +
		`{"allowlistResult":{"matchedPattern":"gcr.io/x/*"},"imageUri":"gcr.io/x/y:1","verdict":"CONFORMANT"}],` +
		`"kubernetesNamespace":"default","kubernetesServiceAccount":"default","podName":"pod","verdict":"NON_CONFORMANT"}],` +
		`"verdict":"NON_CONFORMANT"}`
	if string(text) != want {
		t.Errorf("%s", text)
	}
}

// FuzzOccurrence: every check has a verdict for any occurrence.
func FuzzOccurrence(f *testing.F) {
	for _, seed := range []string{
		v1, v01, v02, scanned, high, `{}`,
		`{"attestation": {"serializedPayload": "e30=", "signatures": [{"publicKeyId": "k", "signature": "AAAA"}]}}`,
		`{"build": {"intotoStatement": {"subject": null}}}`,
	} {
		f.Add(seed)
	}
	var checks []string
	for _, c := range []string{
		`"simpleSigningAttestationCheck": {"containerAnalysisAttestationProjects": ["projects/p"], "attestationAuthenticators": [{}, ` +
			`{"pkixPublicKeySet": {"pkixPublicKeys": [{"publicKeyPem": KEY0, "signatureAlgorithm": "ECDSA_P256_SHA256"}]}}]}`,
		`"slsaCheck": {"rules": [{"trustedBuilder": "GOOGLE_CLOUD_BUILD", "trustedSourceRepoPatterns": ["github.com/**"], ` +
			`"attestationSource": {"containerAnalysisAttestationProjects": ["projects/p"]}}]}`,
		broken[1 : len(broken)-1],
	} {
		checks = append(checks, `{`+c+`}`)
	}
	policy := policyOf(f, policyText("", checkSet("", checks...)))
	f.Fuzz(func(t *testing.T, text string) {
		var o conformance.Occurrence
		if json.Unmarshal([]byte(text), &o) != nil {
			return
		}
		evidence := newStage()
		for _, kind := range []string{"ATTESTATION", "BUILD", "DISCOVERY", "VULNERABILITY"} {
			evidence.put("p", kind, image, o, o)
		}
		e := &conformance.Evaluator{Evidence: evidence, Now: now}
		for _, c := range policy.GkePolicy.CheckSets[0].Checks {
			got := e.Check(t.Context(), c, image)
			if got.Possible == 0 || (got.Possible.Verdict() == conformance.Undetermined) != (got.Doubt != "") {
				t.Errorf("%s: %s, %q", got.Type, got.Possible, got.Doubt)
			}
			if again := e.Check(t.Context(), c, image); again.Sentence != got.Sentence || again.Doubt != got.Doubt ||
				len(again.Findings) != len(got.Findings) {
				t.Errorf("%s: %s, and then %s", got.Type, got.Sentence, again.Sentence)
			}
			_ = got.Explanation()
		}
		conformance.Waiting([]conformance.Occurrence{o})
	})
}
