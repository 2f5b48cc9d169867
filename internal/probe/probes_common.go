package probe

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"cloud.google.com/go/binaryauthorization/apiv1/binaryauthorizationpb"
	"cloud.google.com/go/container/apiv1/containerpb"
	"cloud.google.com/go/kms/apiv1/kmspb"
)

const nowhere = "nowhere-north9"

func commonProbes() []Probe {
	return []Probe{
		{
			ID: "FIELDS-UNKNOWN",
			Unknown: "A field mask for a partial response with an unknown name is INVALID_ARGUMENT. With Options.IgnoreFieldMasks, " +
				"the answer is complete instead, as from methods without support.",
			Run: func(ctx context.Context, t *Trial) {
				t.attestor(ctx)
				_, err := t.REST(ctx, "binaryauthorization", "GET", "v1/"+t.attestorName("a")+"?fields=nothing", "")
				t.Saw("an unknown field", nil, err)
				page, err := t.REST(ctx, "binaryauthorization", "GET", "v1/"+t.attestorName("a")+"?fields=name", "")
				t.Saw("a known field", page.Body, err, "name?", "etag?")
				_, err = t.REST(ctx, "binaryauthorization", "GET", "v1/"+t.Parent()+"/platforms/gke/policies?fields=nothing", "")
				t.Saw("platform policies", nil, err)
				clusters := "v1beta1/" + t.Parent() + "/locations/us-central1-a/clusters?fields="
				_, err = t.REST(ctx, "container", "GET", clusters+"clusters(nothing)", "")
				t.Saw("clusters", nil, err)
				_, err = t.REST(ctx, "container", "GET", clusters+"clusters(name)", "")
				t.Saw("clusters with a known field", nil, err)
			},
			Want: `
				an unknown field: INVALID_ARGUMENT
				a known field: OK name=set etag=unset
				platform policies: INVALID_ARGUMENT
				clusters: INVALID_ARGUMENT
				clusters with a known field: OK`,
		},
		{
			ID:      "REST-PATH-UNKNOWN",
			Unknown: "An unknown path returns a JSON error; Google's front end returns an HTML page.",
			Run: func(ctx context.Context, t *Trial) {
				page, err := t.REST(ctx, "binaryauthorization", "GET", "v1/"+t.Parent()+"/nothing", "")
				t.Saw("get", nil, err)
				t.Note("content", "%s", page.ContentType)
			},
			Want: `
				get: NOT_FOUND
				content: application/json`,
		},
		{
			ID: "REST-METHOD-UNKNOWN",
			Unknown: "A wrong HTTP method for a path is NOT_FOUND, with a JSON error. This includes POST for the IAM policy of an " +
				"attestor, and GET for that of a note.",
			Run: func(ctx context.Context, t *Trial) {
				page, err := t.REST(ctx, "binaryauthorization", "PATCH", "v1/"+t.attestorName("a"), "{}")
				t.Saw("patch", nil, err)
				t.Note("content", "%s", page.ContentType)
				_, err = t.REST(ctx, "binaryauthorization", "POST", "v1/"+t.Parent()+"/policy:getIamPolicy", "{}")
				t.Saw("POST for an IAM policy", nil, err)
				_, err = t.REST(ctx, "containeranalysis", "GET", "v1/"+t.note(ctx, "n")+":getIamPolicy", "")
				t.Saw("GET for the IAM policy of a note", nil, err)
			},
			Want: `
				patch: NOT_FOUND
				content: application/json
				POST for an IAM policy: NOT_FOUND
				GET for the IAM policy of a note: NOT_FOUND`,
		},
		{
			ID:      "REST-SLASH",
			Unknown: "One slash at the end of a path is accepted. Published tutorials need it.",
			Run: func(ctx context.Context, t *Trial) {
				t.attestor(ctx)
				page, err := t.REST(ctx, "binaryauthorization", "GET", "v1/"+t.attestorName("a")+"/", "")
				t.Saw("get", page.Body, err, "name?")
			},
			Want: `get: OK name=set`,
		},
		{
			ID: "JSON-FIELD-UNKNOWN",
			Unknown: "Unknown fields of a JSON body are INVALID_ARGUMENT. The error does not contain their position. Names with " +
				"another case are unknown; those with underscores are the protobufs' own.",
			Run: func(ctx context.Context, t *Trial) {
				t.attestor(ctx)
				_, err := t.REST(ctx, "binaryauthorization", "PUT", "v1/"+t.attestorName("a"), `{"nothing":1}`)
				t.Saw("update", nil, err, "message")
				for _, c := range [][2]string{
					{"another-case", `{"GkePolicy":{}}`}, {"text-after", `{"gkePolicy":{}} {}`}, {"underscores", `{"gke_policy":{}}`},
				} {
					_, err = t.createPlatform(ctx, c[0], c[1])
					t.Saw("a platform policy, "+c[0], nil, err)
				}
			},
			Want: `
				update: INVALID_ARGUMENT message="Invalid JSON payload received. Unknown name \"nothing\": Cannot find field."
				a platform policy, another-case: INVALID_ARGUMENT
				a platform policy, text-after: INVALID_ARGUMENT
				a platform policy, underscores: OK`,
		},
		{
			ID: "JSON-FIELD-UNKNOWN-GKE",
			Unknown: "GKE ignores unknown fields of a JSON body in v1 and v1beta1, because its clients are often newer than the " +
				"service.",
			Run: func(ctx context.Context, t *Trial) {
				body := `{"update":{"desiredBinaryAuthorization":{"evaluationMode":"DISABLED","nothing":1}}}`
				for _, version := range []string{"v1", "v1beta1"} {
					_, err := t.REST(
						ctx,
						"container",
						"PUT",
						version+"/"+t.Parent()+"/locations/us-central1-a/clusters/"+t.ID("missing"),
						body,
					)
					t.Saw(version+" update of a missing cluster", nil, err)
				}
			},
			Want: `
				v1 update of a missing cluster: NOT_FOUND
				v1beta1 update of a missing cluster: NOT_FOUND`,
		},
		{
			ID:      "JSON-QUOTES",
			Unknown: "JSON with single quotes is accepted. Published tutorials need it.",
			Run: func(ctx context.Context, t *Trial) {
				t.attestor(ctx)
				_, err := t.REST(
					ctx,
					"binaryauthorization",
					"POST",
					"v1/"+t.attestorName("a")+":testIamPermissions",
					`{'permissions':['binaryauthorization.attestors.get']}`,
				)
				t.Saw("test permissions", nil, err)
			},
			Want: `test permissions: OK`,
		},
		{
			ID:      "JSON-KEYS",
			Unknown: "Google's other extensions of JSON, such as keys without quotes and trailing commas, are refused.",
			Run: func(ctx context.Context, t *Trial) {
				t.attestor(ctx)
				for step, body := range map[string]string{
					"keys without quotes": `{permissions:["binaryauthorization.attestors.get"]}`,
				} {
					_, err := t.REST(ctx, "binaryauthorization", "POST", "v1/"+t.attestorName("a")+":testIamPermissions", body)
					t.Saw(step, nil, err)
				}
				_, err := t.REST(
					ctx,
					"binaryauthorization",
					"POST",
					"v1/"+t.attestorName("a")+":testIamPermissions",
					`{"permissions":["binaryauthorization.attestors.get",]}`,
				)
				t.Saw("a comma at the end", nil, err)
			},
			Want: `
				keys without quotes: INVALID_ARGUMENT
				a comma at the end: INVALID_ARGUMENT`,
		},
		{
			ID: "LOCATION-UNKNOWN-GKE",
			Unknown: "A location other than Google's regions and zones and Options.Locations is PERMISSION_DENIED in every call of " +
				"GKE. The list of locations is from October 2026.",
			Run: func(ctx context.Context, t *Trial) {
				_, err := t.Clusters.ListClusters(ctx, &containerpb.ListClustersRequest{Parent: t.Parent() + "/locations/" + nowhere})
				t.Saw("list clusters", nil, err, "message")
				_, err = t.Clusters.GetOperation(
					ctx,
					&containerpb.GetOperationRequest{Name: t.Parent() + "/locations/" + nowhere + "/operations/none"},
				)
				t.Saw("get an operation", nil, err, "message")
			},
			Want: `
				list clusters: PERMISSION_DENIED message="Permission denied on 'locations/nowhere-north9' (or it may not exist)."
				get an operation: PERMISSION_DENIED message="Permission denied on 'locations/nowhere-north9' (or it may not exist)."`,
		},
		{
			ID:      "LOCATION-UNKNOWN-SYSTEM-POLICY",
			Unknown: "The same applies to a system policy, but it has no zones.",
			Run: func(ctx context.Context, t *Trial) {
				for _, location := range []string{nowhere, "us-central1-a"} {
					_, err := t.System.GetSystemPolicy(
						ctx,
						&binaryauthorizationpb.GetSystemPolicyRequest{Name: "locations/" + location + "/policy"},
					)
					t.Saw(location, nil, err)
				}
			},
			Want: `
				nowhere-north9: PERMISSION_DENIED
				us-central1-a: PERMISSION_DENIED`,
		},
		{
			ID:      "LOCATION-UNKNOWN-KMS",
			Unknown: "Locations of Cloud KMS are not checked.",
			Run: func(ctx context.Context, t *Trial) {
				keys := t.KMS.ListKeyRings(ctx, &kmspb.ListKeyRingsRequest{Parent: t.Parent() + "/locations/" + nowhere})
				_, err := keys.Next()
				t.Saw("list key rings", nil, atEnd(err))
			},
			Want: `list key rings: OK`,
		},
		{
			ID: "PAGE-TOKEN-OFFSET",
			Unknown: "A page token is only an offset: entries created or deleted between two pages shift the list. If nothing is left, " +
				"the page is empty.",
			Run: func(ctx context.Context, t *Trial) {
				note := t.note(ctx, "n")
				var names []string
				for i := range 3 {
					o, err := t.createOccurrence(ctx, t.attestation(note, t.image(), signature(fmt.Sprint(i))))
					t.Setup("occurrence", err)
					names = append(names, o.GetName())
				}
				first, token, err := t.noteOccurrences(ctx, note, 1, "")
				t.Setup("list", err)
				if len(first) == 1 {
					t.Setup("delete", t.deleteOccurrence(ctx, first[0]))
				}
				second, _, err := t.noteOccurrences(ctx, note, 10, token)
				t.Saw("second page", nil, err)
				t.Note("occurrences of the second page, one of two left", "%d", count2(second, names))
				for _, name := range names {
					if !slices.Contains(first, name) {
						t.Setup("delete", t.deleteOccurrence(ctx, name))
					}
				}
				last, _, err := t.noteOccurrences(ctx, note, 10, token)
				t.Saw("second page, none left", nil, err)
				t.Note("occurrences", "%d", len(last))
			},
			Want: `
				second page: OK
				occurrences of the second page, one of two left: 1
				second page, none left: OK
				occurrences: 0`,
		},
		{
			ID:      "PAGE-TOKEN-MALFORMED",
			Unknown: "A malformed page token is INVALID_ARGUMENT.",
			Run: func(ctx context.Context, t *Trial) {
				_, _, err := t.noteOccurrences(ctx, t.note(ctx, "n"), 1, "nothing")
				t.Saw("list", nil, err)
			},
			Want: `list: INVALID_ARGUMENT`,
		},
		{
			ID: "PAGE-SIZE-NEGATIVE",
			Unknown: "A negative page size is INVALID_ARGUMENT. In a search of Cloud Asset Inventory, it means the default size, as " +
				"documented.",
			Run: func(ctx context.Context, t *Trial) {
				_, err := t.REST(ctx, "binaryauthorization", "GET", "v1/"+t.Parent()+"/attestors?pageSize=-1", "")
				t.Saw("attestors", nil, err)
				_, err = t.REST(ctx, "containeranalysis", "GET", "v1/"+t.Parent()+"/notes?pageSize=-1", "")
				t.Saw("notes", nil, err)
			},
			Want: `
				attestors: INVALID_ARGUMENT
				notes: INVALID_ARGUMENT`,
		},
		{
			ID: "SYSTEM-POLICY-REGION",
			Unknown: "The system policy allows GKE's image registries from Google's documentation and, in a region, the registry of " +
				"this region. It denies everything else. Google's own policy is not published.",
			Run: func(ctx context.Context, t *Trial) {
				p, err := t.System.GetSystemPolicy(
					ctx,
					&binaryauthorizationpb.GetSystemPolicyRequest{Name: "locations/us-central1/policy"},
				)
				t.Saw("us-central1", p, err, "default_admission_rule.evaluation_mode", "admission_whitelist_patterns.*.name_pattern")
			},
			Want: `us-central1: OK default_admission_rule.evaluation_mode=ALWAYS_DENY admission_whitelist_patterns.*.name_pattern=` +
				`["gcr.io/google_containers/*","gcr.io/google-containers/*","k8s.gcr.io/**","gke.gcr.io/**",` +
				`"gcr.io/stackdriver-agents/*","us-central1-artifactregistry.gcr.io/gke-release/gke-release/**"]`,
		},
		{
			ID:      "SYSTEM-POLICY-GLOBAL",
			Unknown: "The system policy of \"global\" has no registry of a region, because Google does not document one.",
			Run: func(ctx context.Context, t *Trial) {
				p, err := t.System.GetSystemPolicy(ctx, &binaryauthorizationpb.GetSystemPolicyRequest{Name: "locations/global/policy"})
				t.Saw("global", p, err, "name")
				regional := 0
				for _, pattern := range p.GetAdmissionWhitelistPatterns() {
					if strings.Contains(pattern.GetNamePattern(), "-artifactregistry.gcr.io/") {
						regional++
					}
				}
				t.Note("patterns of regional registries", "%d", regional)
			},
			Want: `
				global: OK name=locations/global/policy
				patterns of regional registries: 0`,
		},
	}
}

// count2 returns the number of names in found.
func count2(found, names []string) int {
	n := 0
	for _, name := range names {
		for _, f := range found {
			if f == name {
				n++
			}
		}
	}
	return n
}
