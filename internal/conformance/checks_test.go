package conformance_test

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/binauthz/terraform-provider-binauthz/internal/conformance"
)

const (
	sha   = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
	dir   = "us-docker.pkg.dev/prod/app"
	web   = dir + "/web"
	image = web + "@sha256:" + sha
	hub   = "nginx@sha256:" + sha
	full  = "docker.io/library/" + hub

	non, failed, yes = "NON_CONFORMANT", "ERROR", "CONFORMANT"
	nonOrYes         = non + " or " + yes
	nonOrFailed      = non + " or " + failed
	failedOrYes      = failed + " or " + yes
	every            = non + " or " + failed + " or " + yes
)

var now = time.Date(2026, 11, 27, 12, 0, 0, 0, time.UTC)

// row is a check of one image.
type row struct {
	check, image string
	put          func(testing.TB, *stage)
	want, doubt  string
}

func judge(t *testing.T, rows map[string]row) {
	t.Helper()
	for name, r := range rows {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			evidence := newStage()
			if r.put != nil {
				r.put(t, evidence)
			}
			policy := policyOf(t, `{"gkePolicy": {"checkSets": [{"checks": [{`+r.check+`}]}]}}`)
			e := &conformance.Evaluator{Evidence: evidence, Now: now}
			got := e.Check(t.Context(), policy.GkePolicy.CheckSets[0].Checks[0], r.image)
			if got.Possible.String() != r.want || !strings.Contains(got.Doubt, r.doubt) || (got.Doubt == "") != (r.doubt == "") {
				t.Errorf("%s (%s): %s", got.Possible, got.Doubt, got.Sentence)
			}
			if got.Sentence == "" || got.Type == "" {
				t.Errorf("no sentence or type: %+v", got)
			}
		})
	}
}

func TestTrustedDirectory(t *testing.T) {
	t.Parallel()
	patterns := func(p string) string { return `"trustedDirectoryCheck": {"trustedDirPatterns": [` + p + `]}` }
	judge(t, map[string]row{
		"its directory":       {patterns(`"gcr.io/x", "` + dir + `"`), image, nil, yes, ""},
		"by tag":              {patterns(`"` + dir + `"`), web + ":v1", nil, yes, ""},
		"another directory":   {patterns(`"us-docker.pkg.dev/prod/ap"`), image, nil, non, ""},
		"the one above":       {patterns(`"us-docker.pkg.dev/prod"`), image, nil, non, ""},
		"the image itself":    {patterns(`"` + web + `"`), image, nil, non, ""},
		"direct directories":  {patterns(`"us-docker.pkg.dev/prod/*"`), image, nil, yes, ""},
		"not deeper ones":     {patterns(`"us-docker.pkg.dev/*"`), image, nil, non, ""},
		"not the one itself":  {patterns(`"` + dir + `/*"`), image, nil, non, ""},
		"all directories":     {patterns(`"us-docker.pkg.dev/**"`), image, nil, yes, ""},
		"any location":        {patterns(`"*-docker.pkg.dev/prod/app"`), image, nil, yes, ""},
		"any sub-domain":      {patterns(`"*.gcr.io/prod"`), "eu.gcr.io/prod/app:1", nil, yes, ""},
		"no sub-domain":       {patterns(`"*.gcr.io/prod"`), "gcr.io/prod/app:1", nil, non, ""},
		"two sub-domains":     {patterns(`"*.gcr.io/prod"`), "a.eu.gcr.io/prod/app:1", nil, nonOrYes, "several sub-domains"},
		"a pattern of no use": {patterns(`"*pkg.dev/prod/app", "gcr.i*"`), image, nil, non, ""},
		"no registry":         {patterns(`"docker.io/library"`), "nginx", nil, nonOrYes, "without a registry"},
		"no registry at all":  {patterns(`"gcr.io/**"`), "nginx", nil, non, ""},
		"no pattern":          {patterns(``), image, nil, non, ""},
	})
}

func TestAlwaysDeny(t *testing.T) {
	t.Parallel()
	judge(t, map[string]row{
		"by digest": {`"alwaysDeny": true`, image, nil, non, ""}, "by tag": {`"alwaysDeny": true`, web + ":v1", nil, non, ""},
	})
}

func TestFreshness(t *testing.T) {
	t.Parallel()
	const check = `"imageFreshnessCheck": {"maxUploadAgeDays": 30}`
	ago := func(age time.Duration) func(testing.TB, *stage) {
		return func(_ testing.TB, s *stage) { s.uploaded[image] = now.Add(-age) }
	}
	unreadable := func(_ testing.TB, s *stage) { s.unreadable[image] = errors.New("no permission") }
	judge(t, map[string]row{
		"young":               {check, image, ago(30*24*time.Hour - time.Second), yes, ""},
		"with a tag, too":     {check, web + ":v1@sha256:" + sha, ago(time.Hour), yes, ""},
		"old":                 {check, image, ago(30*24*time.Hour + time.Second), non, ""},
		"exactly":             {check, image, ago(30 * 24 * time.Hour), nonOrYes, "exactly as old"},
		"days without an end": {`"imageFreshnessCheck": {"maxUploadAgeDays": 2000000000}`, image, ago(time.Hour), yes, ""},
		"by tag":              {check, web + ":v1", ago(time.Hour), non, ""},
		"malformed digest":    {check, web + "@sha256:abc", nil, non, ""},
		"no image":            {check, image, nil, nonOrFailed, "missing from its repository"},
		"elsewhere":           {check, "quay.io/a/b@sha256:" + sha, nil, nonOrFailed, "Artifact Registry"},
		"no registry":         {check, hub, nil, nonOrFailed, "Artifact Registry"},
		"unreadable":          {check, image, unreadable, every, "no permission"},
	})
}

func attest(project, payload string, by signer, id, signed string) func(testing.TB, *stage) {
	return func(tb testing.TB, s *stage) {
		tb.Helper()
		o := conformance.Occurrence{
			Kind:        "ATTESTATION",
			NoteName:    "projects/any/notes/any",
			Attestation: &conformance.AttestationDetail{SerializedPayload: []byte(payload)},
		}
		text := `[{"publicKeyId": ` + quoted(id) + `, "signature": ` + quotedBytes(by.sign(tb, signed)) + `}]`
		unmarshal(tb, text, &o.Attestation.Signatures)
		s.put(project, "ATTESTATION", image, o)
	}
}

// both puts up several kinds of evidence.
func both(all ...func(testing.TB, *stage)) func(testing.TB, *stage) {
	return func(tb testing.TB, s *stage) {
		tb.Helper()
		for _, f := range all {
			f(tb, s)
		}
	}
}

func TestSimpleSigning(t *testing.T) {
	t.Parallel()
	check := func(projects string, keys ...string) string {
		var all []string
		for _, k := range keys {
			all = append(all, `{"pkixPublicKeySet": {"pkixPublicKeys": [`+k+`]}}`)
		}
		return `"simpleSigningAttestationCheck": {"containerAnalysisAttestationProjects": [` + projects +
			`], "attestationAuthenticators": [` + strings.Join(all, ",") + `]}`
	}
	const (
		one = `"projects/p1"`
		two = `"projects/p1", "projects/p2"`
	)
	key := func(text string) string {
		return `{"publicKeyPem": ` + text + `, "keyId": "k", "signatureAlgorithm": "EC_SIGN_P256_SHA256"}`
	}
	own, s := payloadOf(attestationType, web, "sha256:"+sha), signers()
	good := attest("p1", own, s[0], "k", own)
	unreadable := func(_ testing.TB, st *stage) { st.unreadable["p2"] = errors.New("no permission for p2") }
	named := func(uri string) func(testing.TB, *stage) {
		return func(tb testing.TB, st *stage) {
			tb.Helper()
			good(tb, st)
			key := "p1 ATTESTATION " + image
			st.occurrences[key][len(st.occurrences[key])-1].ResourceURI = uri
		}
	}
	const tagged = "https://" + web + ":v1@sha256:" + sha
	other := payloadOf(attestationType, dir+"/api", "sha256:"+sha)
	moved := payloadOf(attestationType, web, "sha256:"+strings.Repeat("0", 64))
	foreign := payloadOf(cosignType, web, "sha256:"+sha)
	judge(t, map[string]row{
		"valid":                  {check(one, key("KEY0")), image, good, yes, ""},
		"valid, encoded by DSSE": {check(one, key("KEY0")), image, attest("p1", own, s[0], "k", dsse(own)), yes, ""},
		"valid, with a tag":      {check(one, key("KEY0")), web + ":v1@sha256:" + sha, good, yes, ""},
		"valid, in the second":   {check(two, key("KEY0")), image, attest("p2", own, s[0], "k", own), yes, ""},
		"another key of the set": {check(one, key("KEY1")+","+key("KEY0")), image, good, yes, ""},
		"another authenticator":  {check(one, key("KEY1"), key("KEY0")), image, good, yes, ""},
		"id of the service": {
			check(one, `{"publicKeyPem": KEY0, "signatureAlgorithm": "ECDSA_P256_SHA256"}`), image, good, nonOrYes, "key id",
		},
		"another id":  {check(one, key("KEY0")), image, attest("p1", own, s[0], "x", own), nonOrYes, "key id"},
		"another key": {check(one, key("KEY1")), image, good, non, ""},
		"another algorithm": {
			check(one, strings.ReplaceAll(key("KEY0"), "EC_SIGN_P256_SHA256", "ECDSA_P384_SHA384")), image, good, non, "",
		},
		"another payload":             {check(one, key("KEY0")), image, attest("p1", own, s[0], "k", other), non, ""},
		"another repository":          {check(one, key("KEY0")), image, attest("p1", other, s[0], "k", other), non, ""},
		"another digest":              {check(one, key("KEY0")), image, attest("p1", moved, s[0], "k", moved), non, ""},
		"another type":                {check(one, key("KEY0")), image, attest("p1", foreign, s[0], "k", foreign), non, ""},
		"another project":             {check(one, key("KEY0")), image, attest("p2", own, s[0], "k", own), non, ""},
		"none":                        {check(one, key("KEY0")), image, nil, non, ""},
		"by tag":                      {check(one, key("KEY0")), web + ":v1", good, non, ""},
		"no projects":                 {check(``, key("KEY0")), image, good, every, "names no projects"},
		"one project unreadable":      {check(two, key("KEY0")), image, unreadable, every, "no permission for p2"},
		"valid, no scheme":            {check(one, key("KEY0")), image, named(image), yes, ""},
		"a tag":                       {check(one, key("KEY0")), image, named(tagged), nonOrYes, "because of a tag"},
		"the same tag":                {check(one, key("KEY0")), web + ":v1@sha256:" + sha, named(tagged), nonOrYes, "because of a tag"},
		"a tag, another key":          {check(one, key("KEY1")), image, named(tagged), non, ""},
		"a tag, and valid":            {check(one, key("KEY0")), image, both(named(tagged), good), yes, ""},
		"another scheme":              {check(one, key("KEY0")), image, named("http://" + image), nonOrYes, "not exactly the image"},
		"valid all the same":          {check(two, key("KEY0")), image, both(good, unreadable), yes, ""},
		"a key that is no key at all": {check(one, `{"publicKeyPem": "x"}`), image, good, non, ""},
	})
}

func TestSigstore(t *testing.T) {
	t.Parallel()
	check := func(keys ...string) string {
		var all []string
		for _, k := range keys {
			all = append(all, `{"publicKeySet": {"publicKeys": [{"publicKeyPem": `+k+`}]}}`)
		}
		return `"sigstoreSignatureCheck": {"sigstoreAuthorities": [` + strings.Join(all, ",") + `]}`
	}
	signed := func(payload, by string) func(testing.TB, *stage) {
		return func(tb testing.TB, s *stage) {
			tb.Helper()
			s.signatures[image] = append(s.signatures[image], conformance.Signature{Payload: []byte("{"), Signature: []byte("x")},
				conformance.Signature{Payload: []byte(payload), Signature: signers()[0].sign(tb, by)})
		}
	}
	own := payloadOf(cosignType, web, "sha256:"+sha)
	anonymous := payloadOf(cosignType, "", "sha256:"+sha)
	other := payloadOf(cosignType, "gcr.io/x/y", "sha256:"+sha)
	moved := payloadOf(cosignType, web, "sha256:"+strings.Repeat("0", 64))
	unreadable := func(err error) func(testing.TB, *stage) {
		return func(_ testing.TB, s *stage) { s.unreadable[image] = err }
	}
	bundled := func(_ testing.TB, s *stage) { s.bundled[image] = true }
	unlisted := func(_ testing.TB, s *stage) { s.unlisted[image] = errors.New("no list of referrers") }
	judge(t, map[string]row{
		"bundle":                  {check("KEY0"), image, bundled, nonOrYes, "reads bundles"},
		"bundle of another image": {check("KEY0"), web + "@sha256:" + strings.Repeat("0", 64), bundled, non, ""},
		"bundle, another key":     {check("KEY1"), image, both(signed(own, own), bundled), nonOrYes, "reads bundles"},
		"bundle, valid":           {check("KEY0"), image, both(signed(own, own), bundled), yes, ""},
		"bundle, elsewhere":       {check("KEY0"), "quay.io/a/b@sha256:" + sha, bundled, nonOrFailed, "Artifact Registry"},
		"bundles unreadable":      {check("KEY0"), image, unlisted, every, "no list of referrers"},
		"valid, bundles not read": {check("KEY0"), image, both(signed(own, own), unlisted), yes, ""},
		"moved, bundle": {
			check("KEY0"), image, both(signed(other, other), bundled), nonOrYes, "in another repository, and it is not documented " +
				"whether the repository counts; the image has a signature in a Sigstore bundle",
		},
		"valid":              {check("KEY0"), image, signed(own, own), yes, ""},
		"names nothing":      {check("KEY0"), image, signed(anonymous, anonymous), yes, ""},
		"another authority":  {check("KEY1", "KEY0"), image, signed(own, own), yes, ""},
		"another key":        {check("KEY1"), image, signed(own, own), non, ""},
		"another payload":    {check("KEY0"), image, signed(own, other), non, ""},
		"another digest":     {check("KEY0"), image, signed(moved, moved), non, ""},
		"another repository": {check("KEY0"), image, signed(other, other), nonOrYes, "in another repository"},
		"none":               {check("KEY0"), image, nil, non, ""},
		"by tag":             {check("KEY0"), web + ":v1", signed(own, own), non, ""},
		"elsewhere":          {check("KEY0"), "quay.io/a/b@sha256:" + sha, nil, nonOrFailed, "Artifact Registry"},
		"no image":           {check("KEY0"), image, unreadable(conformance.ErrNoImage), nonOrFailed, "missing from its repository"},
		"unreadable":         {check("KEY0"), image, unreadable(errors.New("no permission")), every, "no permission"},
	})
}

// Cloud Build's statements in the forms recorded by
// https://github.com/slsa-framework/slsa-verifier.
const (
	subjectText = `"subject": [{"name": "https://` + web + `:v1", "digest": {"sha256": "` + sha + `"}}]`
	v1          = `{"kind": "BUILD", "noteName": "projects/verified-builder/notes/intoto_slsa_v1_1",
		"build": {"inTotoSlsaProvenanceV1": {` + subjectText + `, "predicateType": "https://slsa.dev/provenance/v1",
		"predicate": {
			"buildDefinition": {
				"externalParameters": {
					"buildConfigSource": {
						"path": "cloudbuild.yaml", "ref": "refs/heads/main", "repository": "git+https://github.com/org/config"},
					"sourceToBuild": {"repository": "git+https://github.com/org/app"}},
				"resolvedDependencies": [
					{"uri": "git+https://github.com/org/app@refs/heads/main"},
					{"uri": "gcr.io/cloud-builders/docker@sha256:` + sha + `"}]},
			"runDetails": {"builder": {"id": "https://cloudbuild.googleapis.com/GoogleHostedWorker"}}}}}}`
	v01 = `{"kind": "BUILD", "noteName": "projects/verified-builder/notes/intoto_1",
		"build": {"intotoStatement": {` + subjectText + `, "predicateType": "https://slsa.dev/provenance/v0.1",
		"slsaProvenance": {
			"builder": {"id": "https://cloudbuild.googleapis.com/GoogleHostedWorker@v0.3"},
			"recipe": {"type": "https://cloudbuild.googleapis.com/CloudBuildSteps@v0.1"},
			"materials": [{"uri": "https://github.com/org/app/commit/2ce3f90"}, {"uri": "git+https://github.com/org/lib.git"}]}}}}`
	v02 = `{"kind": "BUILD", "noteName": "projects/verified-builder/notes/intoto_1",
		"build": {"intotoStatement": {` + subjectText + `, "predicateType": "https://slsa.dev/provenance/v0.2",
		"slsaProvenanceZeroTwo": {
			"builder": {"id": "https://cloudbuild.googleapis.com/GoogleHostedWorker@v0.2"},
			"buildType": "https://cloudbuild.googleapis.com/CloudBuildYaml@v0.1",
			"invocation": {"configSource": {"uri": "git+ssh://github.com/org/app@v1"}},
			"materials": [{"uri": "gs://bucket/app.tgz#123"}]}}}}`
)

func TestSLSA(t *testing.T) {
	t.Parallel()
	const in = `, "attestationSource": {"containerAnalysisAttestationProjects": ["projects/p1"]}`
	rules := func(all ...string) string {
		return `"slsaCheck": {"rules": [{` + strings.Join(all, "}, {") + `}]}`
	}
	gcb := func(more string) string { return `"trustedBuilder": "GOOGLE_CLOUD_BUILD"` + in + more }
	from := func(patterns string) string { return gcb(`, "trustedSourceRepoPatterns": [` + patterns + `]`) }
	has := func(texts ...string) func(testing.TB, *stage) {
		return func(tb testing.TB, s *stage) {
			tb.Helper()
			for _, text := range texts {
				s.put("p1", "BUILD", image, occurrence(tb, text))
			}
		}
	}
	other := strings.ReplaceAll
	unreadable := func(_ testing.TB, s *stage) { s.unreadable["p1"] = errors.New("no permission") }
	judge(t, map[string]row{
		"1.0": {rules(gcb("")), image, has(v1), yes, ""},
		"0.1": {rules(gcb("")), image, has(v01), yes, ""},
		"0.2": {rules(gcb("")), image, has(v02), yes, ""},
		"another builder": {
			rules(gcb("")), image, has(other(v1, "cloudbuild.googleapis.com/Goo", "example.com/Goo")), non, "",
		},
		"another subject": {rules(gcb("")), image, has(other(v1, `{"sha256": "`+sha, `{"sha256": "0`)), non, ""},
		"another note": {
			rules(gcb("")), image, has(other(v1, "verified-builder", "me")), nonOrYes, "signature is not checked",
		},
		"no builder":          {rules(in[2:]), image, has(v1), nonOrYes, "no trusted builder"},
		"no projects":         {rules(`"trustedBuilder": "GOOGLE_CLOUD_BUILD"`), image, has(v1), every, "names no projects"},
		"no provenance":       {rules(gcb("")), image, nil, non, ""},
		"no rules":            {`"slsaCheck": {}`, image, has(v1), non, ""},
		"by tag":              {rules(gcb("")), web + ":v1", has(v1), non, ""},
		"unreadable":          {rules(gcb("")), image, unreadable, every, "no permission"},
		"both repositories":   {rules(from(`"github.com/org/*"`)), image, has(v1), yes, ""},
		"all repositories":    {rules(from(`"github.com/**"`)), image, has(v1), yes, ""},
		"direct ones only":    {rules(from(`"github.com/*"`)), image, has(v1), non, ""},
		"another repository":  {rules(from(`"github.com/org/ap"`)), image, has(v1), non, ""},
		"the source's only":   {rules(from(`"github.com/org/app"`)), image, has(v1), nonOrYes, "several sources"},
		"a dependency's only": {rules(from(`"gcr.io/cloud-builders/*"`)), image, has(v1), nonOrYes, "several sources"},
		"config required, its own": {
			rules(from(`"github.com/org/config"`) + `, "configBasedBuildRequired": true`), image, has(v1), yes, "",
		},
		"config required, not its own": {
			rules(from(`"github.com/org/app"`) + `, "configBasedBuildRequired": true`), image, has(v1), nonOrYes, "several sources",
		},
		"config required, steps given": {rules(gcb(`, "configBasedBuildRequired": true`)), image, has(v01), non, ""},
		"config required, 0.1": {
			rules(gcb(`, "configBasedBuildRequired": true`)), image, has(other(v01, "CloudBuildSteps", "CloudBuildYaml")), yes, "",
		},
		"config required, 0.2": {
			rules(from(`"github.com/org/app"`) + `, "configBasedBuildRequired": true`), image, has(v02), yes, "",
		},
		"a commit's address":           {rules(from(`"github.com/org/app", "github.com/org/lib.git"`)), image, has(v01), yes, ""},
		"a second material":            {rules(from(`"github.com/org/lib.git"`)), image, has(v01), nonOrYes, "several sources"},
		"an address that ends in .git": {rules(from(`"github.com/org/lib"`)), image, has(v01), nonOrYes, ".git"},
		"a second material, untrusted": {rules(from(`"github.com/org/app"`)), image, has(v01), nonOrYes, "several sources"},
		"an archive, untrusted": {
			rules(from(`"github.com/org/app"`)), image,
			has(other(v01, "git+https://github.com/org/lib.git", "gs://bucket/lib.tgz#1")), nonOrYes, "several sources",
		},
		"both materials trusted": {rules(from(`"github.com/org/*"`)), image, has(v01), yes, ""},
		"an image is no source": {
			rules(from(`"github.com/org/app"`)), image,
			has(other(v01, "git+https://github.com/org/lib.git", "gcr.io/cloud-builders/docker@sha256:"+sha)), yes, "",
		},
		"an image with a scheme": {
			rules(from(`"github.com/org/app"`)), image,
			has(other(v01, "git+https://github.com/org/lib.git", "https://gcr.io/cloud-builders/docker@sha256:"+sha)), yes, "",
		},
		"a digest inside an address": {
			rules(from(`"github.com/org/app"`)), image,
			has(other(v01, "git+https://github.com/org/lib.git", "https://evil.example/x@sha256:01/../y")), nonOrYes, "several sources",
		},
		"config required, two materials": {
			rules(from(`"github.com/org/app"`) + `, "configBasedBuildRequired": true`), image,
			has(other(v01, "CloudBuildSteps", "CloudBuildYaml")), nonOrYes, "several sources",
		},
		"1.0, a further dependency": {
			rules(from(`"github.com/org/app", "github.com/org/config"`)), image,
			has(other(v1, `{"uri": "gcr.io/`, `{"uri": "git+https://github.com/x/y"}, {"uri": "gcr.io/`)), nonOrYes, "several sources",
		},
		"1.0, a further address with several readings": {
			rules(from(`"github.com/org/app", "github.com/org/config"`)), image,
			has(other(v1, `{"uri": "gcr.io/`, `{"uri": "git+https://github.com/org/../y"}, {"uri": "gcr.io/`)), nonOrYes, "several ways",
		},
		"an archive":                    {rules(from(`"bucket/app.tgz", "github.com/org/app"`)), image, has(v02), yes, ""},
		"a second rule":                 {rules(from(`"github.com/x/y"`), gcb("")), image, has(v1), yes, ""},
		"a second provenance":           {rules(gcb(`, "configBasedBuildRequired": true`)), image, has(v01, v1), yes, ""},
		"no rule of two":                {rules(from(`"github.com/x/y"`), from(`"github.com/x/z"`)), image, has(v1, v01), non, ""},
		"custom constraints":            {rules(gcb(`, "customConstraints": "true"`)), image, has(v1), every, "variables"},
		"constraints of no consequence": {rules(from(`"github.com/x/y"`) + `, "customConstraints": "true"`), image, has(v1), non, ""},
		"no statement that can be read": {
			rules(gcb("")), image, has(`{"build": {"intotoStatement": [], "inTotoSlsaProvenanceV1": "x"}}`, `{"build": {}}`, `{}`), non, "",
		},
		"an old provenance without SLSA": {rules(gcb("")), image, has(`{"build": {"intotoStatement": {` + subjectText + `}}}`), non, ""},
	})
}

func TestConstraints(t *testing.T) {
	t.Parallel()
	evidence := newStage()
	evidence.put("p1", "BUILD", image, occurrence(t, v1))
	check := policyOf(t,
		`{"gkePolicy": {"checkSets": [{"checks": [{"slsaCheck": {"rules": [{"trustedBuilder": "GOOGLE_CLOUD_BUILD", `+
			`"customConstraints": "expression",
		"attestationSource": {"containerAnalysisAttestationProjects": ["projects/p1"]}}]}}]}]}}`).GkePolicy.CheckSets[0].Checks[0]
	for want, answer := range map[string]func(string, []byte) (bool, error){
		yes: func(expression string, payload []byte) (bool, error) {
			return expression == "expression" && strings.Contains(string(payload), `"predicateType": "https://slsa.dev/provenance/v1"`), nil
		},
		non:         func(string, []byte) (bool, error) { return false, nil },
		nonOrFailed: func(string, []byte) (bool, error) { return false, errors.New("no such field") },
	} {
		e := &conformance.Evaluator{Evidence: evidence, Now: now, Constraint: answer}
		if got := e.Check(t.Context(), check, image); got.Possible.String() != want {
			t.Errorf("%s, want %s", got.Possible, want)
		}
	}
}

const (
	scanned = `{"noteName": "projects/goog-analysis/notes/PACKAGE_VULNERABILITY", "kind": "DISCOVERY",
		"discovery": {"continuousAnalysis": "ACTIVE", "analysisStatus": "FINISHED_SUCCESS"}}`
	// high has a fix of one of its two packages.
	high = `{"noteName": "projects/goog-vulnz/notes/CVE-2023-1", "kind": "VULNERABILITY", "vulnerability": {
		"shortDescription": "CVE-2023-1", "severity": "HIGH", "effectiveSeverity": "HIGH", "fixAvailable": true,
		"packageIssue": [{
			"affectedPackage": "openssl", "effectiveSeverity": "HIGH", "fixAvailable": true,
			"fixedVersion": {"kind": "NORMAL", "fullName": "1.1.1k"}}]}}`
)

func TestVulnerability(t *testing.T) {
	t.Parallel()
	in := func(projects, fixable, unfixable, more string) string {
		return `"vulnerabilityCheck": {"containerAnalysisVulnerabilityProjects": [` + projects + `], "maximumFixableSeverity": "` +
			fixable + `", "maximumUnfixableSeverity": "` + unfixable + `"` + more + `}`
	}
	check := func(fixable, unfixable, more string) string { return in(`"projects/p1"`, fixable, unfixable, more) }
	at := func(project string, discovery string, findings ...string) func(testing.TB, *stage) {
		return func(tb testing.TB, s *stage) {
			tb.Helper()
			if discovery != "" {
				s.put(project, "DISCOVERY", image, occurrence(tb, discovery))
			}
			for _, f := range findings {
				s.put(project, "VULNERABILITY", image, occurrence(tb, f))
			}
		}
	}
	and := func(all ...func(testing.TB, *stage)) func(testing.TB, *stage) {
		return func(tb testing.TB, s *stage) {
			tb.Helper()
			for _, f := range all {
				f(tb, s)
			}
		}
	}
	unreadable := func(_ testing.TB, s *stage) { s.unreadable["p2"] = errors.New("no permission for p2") }
	with := strings.ReplaceAll
	status := func(s string) string { return with(scanned, "FINISHED_SUCCESS", s) }
	none := with(high, `"fixAvailable": true`, `"fixAvailable": false`)
	none = with(none, `{"kind": "NORMAL", "fullName": "1.1.1k"}`, `{"kind": "MAXIMUM"}`)
	half := with(high, `"packageIssue": [`,
		`"packageIssue": [{"affectedPackage": "zlib", "effectiveSeverity": "HIGH", "fixedVersion": {"kind": "MAXIMUM"}}, `)
	two := `"projects/p1", "projects/p2"`
	judge(t, map[string]row{
		"clean":                     {check("BLOCK_ALL", "BLOCK_ALL", ""), image, at("p1", scanned), yes, ""},
		"at the limit":              {check("HIGH", "BLOCK_ALL", ""), image, at("p1", scanned, high), yes, ""},
		"over the limit":            {check("MEDIUM", "ALLOW_ALL", ""), image, at("p1", scanned, high), non, ""},
		"unfixable, at the limit":   {check("BLOCK_ALL", "HIGH", ""), image, at("p1", scanned, none), yes, ""},
		"unfixable, over the limit": {check("ALLOW_ALL", "MEDIUM", ""), image, at("p1", scanned, none), non, ""},
		"anything is blocked": {
			check("BLOCK_ALL", "ALLOW_ALL", ""), image, at("p1", scanned, with(high, "HIGH", "MINIMAL")), non, "",
		},
		"minimal is allowed": {
			check("MINIMAL", "ALLOW_ALL", ""), image, at("p1", scanned, with(high, "HIGH", "MINIMAL")), yes, "",
		},
		"no severity": {
			check("CRITICAL", "ALLOW_ALL", ""), image, at("p1", scanned, with(high, "HIGH", "SEVERITY_UNSPECIFIED")), non, "",
		},
		"no severity, all is allowed": {
			check("ALLOW_ALL", "BLOCK_ALL", ""), image, at("p1", scanned, with(high, "HIGH", "SEVERITY_UNSPECIFIED")), yes, "",
		},
		"blocked": {
			check("ALLOW_ALL", "ALLOW_ALL", `, "blockedCves": ["CVE-2023-1"]`), image, at("p1", scanned, high), non, "",
		},
		"blocked, of another project's note": {
			check("ALLOW_ALL", "ALLOW_ALL", `, "blockedCves": ["CVE-2023-1"]`), image,
			at("p1", scanned, with(high, "goog-vulnz", "me")), non, "",
		},
		"blocked, without a note": {
			check("ALLOW_ALL", "ALLOW_ALL", `, "blockedCves": ["CVE-2023-1"]`), image,
			at("p1", scanned, with(high, "noteName", "x")), non, "",
		},
		"blocked, another": {
			check("ALLOW_ALL", "ALLOW_ALL", `, "blockedCves": ["CVE-2023-10"]`), image, at("p1", scanned, high), yes, "",
		},
		"allowed": {
			check("LOW", "LOW", `, "allowedCves": ["CVE-2023-1"]`), image, at("p1", scanned, high), yes, "",
		},
		"allowed and blocked": {
			check("LOW", "LOW", `, "allowedCves": ["CVE-2023-1"], "blockedCves": ["CVE-2023-1"]`), image, at("p1", scanned, high), yes, "",
		},
		"no scan":     {check("LOW", "LOW", ""), image, nil, failed, ""},
		"failed":      {check("LOW", "LOW", ""), image, at("p1", status("FINISHED_FAILED")), failed, ""},
		"unsupported": {check("LOW", "LOW", ""), image, at("p1", status("FINISHED_UNSUPPORTED")), failed, ""},
		"complete":    {check("LOW", "LOW", ""), image, at("p1", status("COMPLETE")), yes, ""},
		"pending":     {check("LOW", "LOW", ""), image, at("p1", status("PENDING")), failedOrYes, "PENDING"},
		"scanning, with findings": {
			check("LOW", "LOW", ""), image, at("p1", status("SCANNING"), high), nonOrFailed, "SCANNING",
		},
		"pending and finished": {
			check("LOW", "LOW", ""), image, and(at("p1", status("PENDING")), at("p1", scanned)), failedOrYes, "PENDING",
		},
		"finished, then in progress": {
			check("LOW", "LOW", ""), image, and(at("p1", scanned), at("p1", status("SCANNING"))), failedOrYes, "SCANNING",
		},
		"finished, then failed": {
			check("LOW", "LOW", ""), image, and(at("p1", scanned), at("p1", status("FINISHED_FAILED"))), failedOrYes, "which one counts",
		},
		"failed, then finished": {
			check("LOW", "LOW", ""), image, and(at("p1", status("FINISHED_FAILED")), at("p1", scanned)), failedOrYes, "which one counts",
		},
		"failed and finished, with findings": {
			check("LOW", "LOW", ""), image, and(at("p1", status("FINISHED_FAILED")), at("p1", scanned, high)),
			nonOrFailed, "which one counts",
		},
		"finished and inactive": {
			check("LOW", "LOW", ""), image, and(at("p1", scanned), at("p1", with(scanned, `"ACTIVE"`, `"INACTIVE"`))),
			failedOrYes, "INACTIVE",
		},
		"finished twice": {check("LOW", "LOW", ""), image, and(at("p1", scanned), at("p1", status("COMPLETE"))), yes, ""},
		"failed twice": {
			check("LOW", "LOW", ""), image, and(at("p1", status("FINISHED_FAILED")), at("p1", status("FINISHED_UNSUPPORTED"))), failed, "",
		},
		"inactive": {
			check("LOW", "LOW", ""), image, at("p1", with(scanned, `"ACTIVE"`, `"INACTIVE"`)), failedOrYes, "INACTIVE",
		},
		"of no status": {check("LOW", "LOW", ""), image, at("p1", status("NEW")), failedOrYes, `"NEW"`},
		"another scan": {
			check("LOW", "LOW", ""), image, at("p1", with(scanned, "PACKAGE_VULNERABILITY", "SECRET")), failedOrYes, "not on the note",
		},
		"another project's note": {
			check("LOW", "LOW", ""), image, at("p1", with(scanned, "goog-analysis", "me")), failedOrYes, "not on the note",
		},
		"a note whose name only ends alike": {
			check("LOW", "LOW", ""), image,
			at("p1", with(scanned, "projects/goog-analysis", "x/projects/goog-analysis")), failedOrYes, "not on the note",
		},
		"pending, another project's finished": {
			check("LOW", "LOW", ""), image,
			and(at("p1", status("PENDING")), at("p1", with(scanned, "goog-analysis", "me"))), failedOrYes, "PENDING",
		},
		"another project's finding": {check("LOW", "LOW", ""), image, at("p1", scanned, with(high, "goog-vulnz", "me")), non, ""},
		"findings without a scan":   {check("LOW", "LOW", ""), image, at("p1", "", high), nonOrFailed, "without a finished scan"},
		"another project's scan":    {check("LOW", "LOW", ""), image, at("p2", scanned), failed, ""},
		"no projects":               {in("", "LOW", "LOW", ""), image, at("p1", scanned), every, "names no projects"},
		"all projects count":        {in(two, "LOW", "LOW", ""), image, and(at("p1", scanned), at("p2", scanned, high)), non, ""},
		"one valid scan is enough":  {in(two, "LOW", "LOW", ""), image, at("p2", scanned), yes, ""},
		"unreadable":                {in(two, "LOW", "LOW", ""), image, unreadable, every, "no permission for p2"},
		"unreadable, with a valid scan": {
			in(two, "LOW", "LOW", ""), image, and(at("p1", scanned), unreadable), nonOrYes, "no permission for p2",
		},
		"unreadable, with findings": {in(two, "LOW", "LOW", ""), image, and(at("p1", scanned, high), unreadable), non, ""},
		"two severities": {
			check("MEDIUM", "ALLOW_ALL", ""), image,
			at("p1", scanned, with(high, `"effectiveSeverity": "HIGH"`, `"effectiveSeverity": "LOW"`)), nonOrYes, "two severities",
		},
		"two severities, of no consequence": {
			check("LOW", "ALLOW_ALL", ""), image,
			at("p1", scanned, with(high, `"effectiveSeverity": "HIGH"`, `"effectiveSeverity": "MEDIUM"`)), non, "",
		},
		"one package has a fix":               {check("HIGH", "LOW", ""), image, at("p1", scanned, half), nonOrYes, "only if all have"},
		"one package has a fix, both allowed": {check("HIGH", "HIGH", ""), image, at("p1", scanned, half), yes, ""},
		"a package with its own severity": {
			check("MEDIUM", "ALLOW_ALL", ""), image,
			at("p1", scanned, with(with(high, `"HIGH"`, `"LOW"`), `"openssl", "effectiveSeverity": "LOW"`,
				`"openssl", "effectiveSeverity": "CRITICAL"`)),
			nonOrYes, "by its own severity",
		},
		"not affected": {
			check("LOW", "LOW", ""), image,
			at("p1", scanned, with(high, `"severity"`, `"vexAssessment": {"state": "NOT_AFFECTED"}, "severity"`)), nonOrYes, "VEX",
		},
		"not affected, of no consequence": {
			check("HIGH", "HIGH", ""), image,
			at("p1", scanned, with(high, `"severity"`, `"vexAssessment": {"state": "NOT_AFFECTED"}, "severity"`)), yes, "",
		},
		"affected": {
			check("LOW", "LOW", ""), image,
			at("p1", scanned, with(high, `"severity"`, `"vexAssessment": {"state": "AFFECTED"}, "severity"`)), non, "",
		},
		"by tag": {check("ALLOW_ALL", "ALLOW_ALL", ""), web + ":v1", at("p1", scanned), non, ""},
	})
}

func TestFindings(t *testing.T) {
	t.Parallel()
	evidence := newStage()
	for _, project := range []string{"p1", "p2"} {
		evidence.put(project, "DISCOVERY", image, occurrence(t, scanned))
		for _, text := range []string{
			strings.ReplaceAll(high, "CVE-2023-1", "CVE-2023-2"), high,
			`{"noteName": "projects/goog-vulnz/notes/CVE-2022-3", "vulnerability": {}}`,
			`{"noteName": "projects/goog-vulnz/notes/CVE-2022-4", "vulnerability": {"severity": "MINIMAL"}}`,
		} {
			evidence.put(project, "VULNERABILITY", image, occurrence(t, text))
		}
	}
	check := policyOf(t,
		`{"gkePolicy": {"checkSets": [{"checks": [{"vulnerabilityCheck": {"maximumFixableSeverity": "MEDIUM", `+
			`"maximumUnfixableSeverity": "MEDIUM",
		"containerAnalysisVulnerabilityProjects": ["projects/p1", "projects/p2"]}}]}]}}`).GkePolicy.CheckSets[0].Checks[0]
	got := (&conformance.Evaluator{Evidence: evidence, Now: now}).Check(t.Context(), check, image)
	want := []string{
		"CVE-2022-3 (no severity): no fix", "CVE-2023-1 (HIGH): openssl, fixed in 1.1.1k", "CVE-2023-2 (HIGH): openssl, fixed in 1.1.1k",
	}
	if !slices.Equal(got.Findings, want) || got.Sentence != "Image has 3 vulnerabilities disallowed by the check" {
		t.Errorf("%q, %q", got.Sentence, got.Findings)
	}
}

func TestWaiting(t *testing.T) {
	t.Parallel()
	status := func(s string) conformance.Occurrence {
		return occurrence(t, strings.ReplaceAll(scanned, "FINISHED_SUCCESS", s))
	}
	inactive := occurrence(t, strings.ReplaceAll(scanned, `"ACTIVE"`, `"INACTIVE"`))
	other := occurrence(t, strings.ReplaceAll(scanned, "PACKAGE_VULNERABILITY", "SECRET"))
	forged := occurrence(t, strings.ReplaceAll(scanned, "goog-analysis", "me"))
	forgedPending := forged
	forgedPending.Discovery = &conformance.DiscoveryDetail{AnalysisStatus: "PENDING"}
	for name, c := range map[string]struct {
		occurrences []conformance.Occurrence
		want        bool
	}{
		"nothing":          {nil, false},
		"pending":          {[]conformance.Occurrence{status("PENDING")}, true},
		"scanning":         {[]conformance.Occurrence{{}, status("SCANNING"), other}, true},
		"failed":           {[]conformance.Occurrence{status("FINISHED_FAILED")}, false},
		"finished":         {[]conformance.Occurrence{status("FINISHED_SUCCESS"), status("COMPLETE")}, false},
		"one has finished": {[]conformance.Occurrence{status("SCANNING"), status("FINISHED_SUCCESS")}, true},
		"another began":    {[]conformance.Occurrence{status("FINISHED_SUCCESS"), status("PENDING")}, true},
		"one has failed":   {[]conformance.Occurrence{status("FINISHED_FAILED"), status("SCANNING")}, true},
		"inactive":         {[]conformance.Occurrence{inactive}, false},
		"inactive, again":  {[]conformance.Occurrence{inactive, status("PENDING")}, true},
		"forged, finished": {[]conformance.Occurrence{forged, status("PENDING"), forged}, true},
		"forged, pending":  {[]conformance.Occurrence{forgedPending, status("FINISHED_SUCCESS")}, false},
		"only forged":      {[]conformance.Occurrence{forgedPending, other}, false},
	} {
		if got := conformance.Waiting(c.occurrences); got != c.want {
			t.Errorf("%s: %v", name, got)
		}
	}
}

// TestScans: only occurrences on Google's own note are scans, so others do not end the wait for
// one.
func TestScans(t *testing.T) {
	t.Parallel()
	own := occurrence(t, scanned)
	all := []conformance.Occurrence{{NoteName: own.NoteName}, own}
	for _, project := range []string{"me", "goog-analysis2", "x/projects/goog-analysis"} {
		all = append(all, occurrence(t, strings.ReplaceAll(scanned, "goog-analysis", project)))
	}
	if got := conformance.Scans(all); len(got) != 1 || got[0].Discovery != own.Discovery {
		t.Errorf("%+v", got)
	}
	if got := conformance.Scans(all[2:]); len(got) != 0 {
		t.Errorf("%+v", got)
	}
}
