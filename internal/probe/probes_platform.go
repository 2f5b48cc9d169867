package probe

import (
	"context"
	"fmt"
	"net/http"
	"strings"
)

func platformProbes() []Probe {
	return []Probe{
		{
			ID:      "PLATFORM-ETAG-REPLY",
			Unknown: "Replies to writes of a platform policy have no etag. Gets and lists have it.",
			Run: func(ctx context.Context, t *Trial) {
				created, err := t.createPlatform(ctx, "p", deny)
				t.Saw("create", created.Body, err, "etag?", "updateTime?")
				read, err := t.platform(ctx, "GET", "p", "")
				t.Saw("get", read.Body, err, "etag?", "updateTime?")
				replaced, err := t.platform(ctx, "PUT", "p", deny)
				t.Saw("replace", replaced.Body, err, "etag?", "updateTime?")
			},
			Want: `
				create: OK etag=unset updateTime=set
				get: OK etag=set updateTime=set
				replace: OK etag=unset updateTime=set`,
		},
		{
			ID:      "PLATFORM-ETAG-STALE",
			Unknown: "A replacement or a delete of a platform policy with a stale etag is ABORTED.",
			Run: func(ctx context.Context, t *Trial) {
				_, err := t.createPlatform(ctx, "p", deny)
				t.Setup("create", err)
				_, err = t.platform(ctx, "PUT", "p", strings.Replace(deny, "{", `{"etag":"stale",`, 1))
				t.Saw("replace", nil, err)
				_, err = t.platform(ctx, "DELETE", "p?etag=stale", "")
				t.Saw("delete", nil, err)
			},
			Want: `
				replace: ABORTED
				delete: ABORTED`,
		},
		{
			ID:      "PLATFORM-PROJECT-NUMBER",
			Unknown: "The name of a platform policy has the project's id, also after a write by the project's number.",
			Run: func(ctx context.Context, t *Trial) {
				t.needsNumber()
				_, err := t.createPlatform(ctx, "p", deny)
				t.Setup("create", err)
				path := "v1/projects/" + t.Number + "/platforms/gke/policies/" + t.ID("p")
				replaced, err := t.REST(ctx, "binaryauthorization", "PUT", path, deny)
				t.Saw("replace by number", replaced.Body, err, "name")
				read, err := t.platform(ctx, "GET", "p", "")
				t.Saw("get by id", read.Body, err, "name")
			},
			Want: `
				replace by number: OK name=projects/PROJECT/platforms/gke/policies/p
				get by id: OK name=projects/PROJECT/platforms/gke/policies/p`,
		},
		{
			ID: "PLATFORM-ID-CHARACTERS",
			Unknown: "Ids of platform policies have only letters, digits, hyphens and underscores. The first character is a letter or " +
				"digit.",
			Run: func(ctx context.Context, t *Trial) {
				for _, id := range []string{"Upper", "under_score", "dot.ted"} {
					_, err := t.createPlatform(ctx, id, deny)
					t.Saw(id, nil, err)
				}
			},
			Want: `
				Upper: OK
				under_score: OK
				dot.ted: INVALID_ARGUMENT`,
		},
		{
			ID: "PLATFORM-SCOPE-ORDER",
			Unknown: "A check set of a platform policy must come before every check set that also matches its pods, as documented. " +
				"A stricter order by kind of scope is not required.",
			Run: func(ctx context.Context, t *Trial) {
				account, namespace, rest := set(
					`"kubernetesServiceAccount":"probe:probe"`,
				), set(
					`"kubernetesNamespace":"probe"`,
				), set(
					"",
				)
				_, err := t.createPlatform(ctx, "a", sets(account, namespace, rest))
				t.Saw("in order", nil, err)
				other := set(`"kubernetesNamespace":"other"`)
				_, err = t.createPlatform(ctx, "d", sets(other, account, namespace, rest))
				t.Saw("another namespace first", nil, err)
				_, err = t.createPlatform(ctx, "b", sets(namespace, account, rest))
				t.Saw("its namespace first", nil, err)
				_, err = t.createPlatform(ctx, "c", sets(rest, namespace))
				t.Saw("everything else first", nil, err)
			},
			Want: `
				in order: OK
				another namespace first: OK
				its namespace first: INVALID_ARGUMENT
				everything else first: INVALID_ARGUMENT`,
		},
		{
			ID:      "PLATFORM-SCOPE-LAST",
			Unknown: "The last check set must have no scope.",
			Run: func(ctx context.Context, t *Trial) {
				_, err := t.createPlatform(ctx, "p", sets(set(`"kubernetesNamespace":"probe"`)))
				t.Saw("only a namespace", nil, err)
			},
			Want: `only a namespace: INVALID_ARGUMENT`,
		},
		{
			ID:      "PLATFORM-SCOPE-TWICE",
			Unknown: "Two check sets with the same scope are INVALID_ARGUMENT, even without a scope.",
			Run: func(ctx context.Context, t *Trial) {
				one := set(`"kubernetesNamespace":"probe"`)
				_, err := t.createPlatform(ctx, "p", sets(one, one, set("")))
				t.Saw("a namespace", nil, err)
				_, err = t.createPlatform(ctx, "q", sets(set(""), set("")))
				t.Saw("no scope", nil, err)
			},
			Want: `
				a namespace: INVALID_ARGUMENT
				no scope: INVALID_ARGUMENT`,
		},
		{
			ID:      "PLATFORM-SCOPE-FORM",
			Unknown: "The names in a scope have the same form as the keys of a project policy's rules: no upper case or underscores.",
			Run: func(ctx context.Context, t *Trial) {
				for _, c := range [][2]string{
					{"namespace", `"kubernetesNamespace":"Probe_1"`}, {"account", `"kubernetesServiceAccount":"probe:Probe_1"`},
				} {
					_, err := t.createPlatform(ctx, c[0], sets(set(c[1]), set("")))
					t.Saw(c[0], nil, err)
				}
			},
			Want: `
				namespace: INVALID_ARGUMENT
				account: INVALID_ARGUMENT`,
		},
		{
			ID:      "PLATFORM-DENY-FALSE",
			Unknown: "An alwaysDeny of false is INVALID_ARGUMENT, even beside another kind of check.",
			Run: func(ctx context.Context, t *Trial) {
				_, err := t.createPlatform(ctx, "p", sets(`{"checks":[{"alwaysDeny":false}]}`))
				t.Saw("alone", nil, err)
				_, err = t.createPlatform(ctx, "q", sets(`{"checks":[{"alwaysDeny":false,"imageFreshnessCheck":{"maxUploadAgeDays":1}}]}`))
				t.Saw("beside another kind", nil, err)
			},
			Want: `
				alone: INVALID_ARGUMENT
				beside another kind: INVALID_ARGUMENT`,
		},
		{
			ID:      "PLATFORM-PROJECTS-LIMIT",
			Unknown: "The eleventh Container Analysis project of a check is INVALID_ARGUMENT.",
			Run: func(ctx context.Context, t *Trial) {
				projects := []string{`"` + t.Parent() + `"`}
				for i := range 10 {
					projects = append(projects, fmt.Sprintf(`"projects/probe-example-%d"`, i))
				}
				_, err := t.createPlatform(ctx, "p", sets(`{"checks":[{"vulnerabilityCheck":{"maximumFixableSeverity":"LOW",`+
					`"maximumUnfixableSeverity":"LOW","containerAnalysisVulnerabilityProjects":[`+strings.Join(projects, ",")+`]}}]}`))
				t.Saw("create", nil, err)
			},
			Want: `create: INVALID_ARGUMENT`,
		},
		{
			ID:      "PLATFORM-AUTHENTICATOR-KEYS",
			Unknown: "An attestation authenticator needs a public key, although the reference calls its set of keys optional.",
			Run: func(ctx context.Context, t *Trial) {
				_, err := t.createPlatform(ctx, "p", sets(
					`{"checks":[{"simpleSigningAttestationCheck":{"attestationAuthenticators":[{"displayName":"none"}]}}]}`,
				))
				t.Saw("create", nil, err)
			},
			Want: `create: INVALID_ARGUMENT`,
		},
		{
			ID:      "PLATFORM-REQUIRED",
			Unknown: "All fields documented as required must be set in every part of a platform policy. A check has exactly one kind.",
			Run: func(ctx context.Context, t *Trial) {
				for _, c := range [][2]string{
					{"no check sets", `{"gkePolicy":{}}`},
					{"an empty allowlist", `{"gkePolicy":{"imageAllowlist":{}}}`},
					{"a check of no kind", sets(`{"checks":[{"displayName":"none"}]}`)},
					{"an age of zero", sets(`{"checks":[{"imageFreshnessCheck":{}}]}`)},
					{"no directories", sets(`{"checks":[{"trustedDirectoryCheck":{}}]}`)},
					{"no severities", sets(`{"checks":[{"vulnerabilityCheck":{}}]}`)},
				} {
					_, err := t.createPlatform(ctx, strings.ReplaceAll(c[0], " ", "-"), c[1])
					t.Saw(c[0], nil, err)
				}
			},
			Want: `
				no check sets: OK
				an empty allowlist: INVALID_ARGUMENT
				a check of no kind: INVALID_ARGUMENT
				an age of zero: INVALID_ARGUMENT
				no directories: INVALID_ARGUMENT
				no severities: INVALID_ARGUMENT`,
		},
		{
			ID:      "PLATFORM-TEXT-EMPTY",
			Unknown: "Lists of a platform policy have no empty string and no null.",
			Run: func(ctx context.Context, t *Trial) {
				for _, c := range [][2]string{
					{"pattern", `{"gkePolicy":{"imageAllowlist":{"allowPattern":[""]}}}`},
					{"directory", sets(`{"checks":[{"trustedDirectoryCheck":{"trustedDirPatterns":[""]}}]}`)},
					{"source", sets(`{"checks":[{"slsaCheck":{"rules":[{"trustedSourceRepoPatterns":[""]}]}}]}`)},
					{"rule", sets(`{"checks":[{"slsaCheck":{"rules":[null]}}]}`)},
				} {
					_, err := t.createPlatform(ctx, c[0], c[1])
					t.Saw(c[0], nil, err)
				}
			},
			Want: `
				pattern: INVALID_ARGUMENT
				directory: INVALID_ARGUMENT
				source: INVALID_ARGUMENT
				rule: INVALID_ARGUMENT`,
		},
		{
			ID: "PLATFORM-TEXT-FORM",
			Unknown: "Image patterns, directories, source repositories and CVEs of a platform policy must have a documented form. " +
				"Google does not document that all other forms are refused.",
			Run: func(ctx context.Context, t *Trial) {
				for _, c := range [][2]string{
					{"pattern-star", `{"gkePolicy":{"imageAllowlist":{"allowPattern":["probe.example/*/web"]}}}`},
					{"pattern-scheme", `{"gkePolicy":{"imageAllowlist":{"allowPattern":["https://probe.example/web"]}}}`},
					{"directory-domain", sets(`{"checks":[{"trustedDirectoryCheck":{"trustedDirPatterns":["gcr.i*"]}}]}`)},
					{"directory-slash", sets(`{"checks":[{"trustedDirectoryCheck":{"trustedDirPatterns":["gcr.io/probe/"]}}]}`)},
					{"source-scheme", sets(`{"checks":[{"slsaCheck":{"rules":[{"trustedSourceRepoPatterns":["https://a.example/a"]}]}}]}`)},
					{"source-star", sets(`{"checks":[{"slsaCheck":{"rules":[{"trustedSourceRepoPatterns":["probe.example/a*"]}]}}]}`)},
					{"cve", sets(`{"checks":[{"vulnerabilityCheck":{"maximumFixableSeverity":"LOW","maximumUnfixableSeverity":"LOW",` +
						`"allowedCves":["projects/goog-vulnz/notes/CVE-2021-20305"]}}]}`)},
				} {
					_, err := t.createPlatform(ctx, c[0], c[1])
					t.Saw(c[0], nil, err)
				}
			},
			Want: `
				pattern-star: INVALID_ARGUMENT
				pattern-scheme: INVALID_ARGUMENT
				directory-domain: INVALID_ARGUMENT
				directory-slash: INVALID_ARGUMENT
				source-scheme: INVALID_ARGUMENT
				source-star: INVALID_ARGUMENT
				cve: INVALID_ARGUMENT`,
		},
		{
			ID:      "PLATFORM-IAM",
			Unknown: "Platform policies have no IAM policy: a read of it is INVALID_ARGUMENT.",
			Run: func(ctx context.Context, t *Trial) {
				_, err := t.createPlatform(ctx, "p", deny)
				t.Setup("create", err)
				_, err = t.REST(ctx, "binaryauthorization", http.MethodGet, "v1/"+t.platformName("p")+":getIamPolicy", "")
				t.Saw("get the IAM policy", nil, err)
			},
			Want: `get the IAM policy: INVALID_ARGUMENT`,
		},
	}
}

func (t *Trial) platformName(suffix string) string {
	return t.Parent() + "/platforms/gke/policies/" + t.ID(suffix)
}

// platform makes a call about one policy; suffix can have a query.
func (t *Trial) platform(ctx context.Context, method, suffix, body string) (Page, error) {
	return t.REST(ctx, "binaryauthorization", method, "v1/"+t.platformName(suffix), body)
}

func (t *Trial) createPlatform(ctx context.Context, suffix, body string) (Page, error) {
	name := t.platformName(suffix)
	page, err := t.REST(
		ctx,
		"binaryauthorization",
		http.MethodPost,
		"v1/"+t.Parent()+"/platforms/gke/policies?policyId="+t.ID(suffix),
		body,
	)
	t.Made(name, name, err, func(ctx context.Context) error {
		_, err := t.REST(ctx, "binaryauthorization", http.MethodDelete, "v1/"+name, "")
		return err
	})
	return page, err
}

// deny is an unbound policy.
var deny = sets(set(""))

// set returns a check set for a scope, or for everything if scope is empty.
func set(scope string) string {
	return `{"scope":{` + scope + `},"checks":[{"alwaysDeny":true}]}`
}

func sets(all ...string) string {
	return `{"gkePolicy":{"checkSets":[` + strings.Join(all, ",") + `]}}`
}
