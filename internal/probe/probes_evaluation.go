package probe

import (
	"context"
	"crypto"
	"fmt"
	"net/http"
	"strings"

	grafeaspb "google.golang.org/genproto/googleapis/grafeas/v1"
)

// evaluationProbes evaluate pods by a platform policy. The policy is not bound, and no pod is
// created.
func evaluationProbes() []Probe {
	return []Probe{
		{
			ID: "EVALUATION-KINDS",
			Unknown: "An evaluation accepts one object of the kinds Pod, Deployment, ReplicaSet, StatefulSet, DaemonSet, Job and " +
				"ReplicationController. CronJob, List and other kinds are INVALID_ARGUMENT, with a message not from Google.",
			Run: func(ctx context.Context, t *Trial) {
				t.denying(ctx)
				t.evaluate(ctx, "Pod", onePod)
				for _, kind := range []string{"Deployment", "ReplicaSet", "StatefulSet", "DaemonSet", "Job", "ReplicationController"} {
					t.evaluate(ctx, kind, template(kind, `"template":{"spec":`+spec+`}`))
				}
				t.evaluate(ctx, "CronJob", template("CronJob", `"jobTemplate":{"spec":{"template":{"spec":`+spec+`}}}`))
				t.evaluate(ctx, "List", `{"apiVersion":"v1","kind":"List","items":[`+onePod+`]}`)
				t.evaluate(ctx, "ConfigMap", template("ConfigMap", ""))
			},
			Want: `
				Pod: OK
				Deployment: OK
				ReplicaSet: OK
				StatefulSet: OK
				DaemonSet: OK
				Job: OK
				ReplicationController: OK
				CronJob: INVALID_ARGUMENT
				List: INVALID_ARGUMENT
				ConfigMap: INVALID_ARGUMENT`,
		},
		{
			ID:      "EVALUATION-TEXT",
			Unknown: "The object to evaluate can be a text with JSON or YAML. Several objects are INVALID_ARGUMENT.",
			Run: func(ctx context.Context, t *Trial) {
				t.denying(ctx)
				yaml := `apiVersion: v1\nkind: Pod\nmetadata: {name: probe}\nspec: {containers: [{name: c, image: probe.example/web}]}\n`
				t.evaluate(ctx, "YAML", `"`+yaml+`"`)
				t.evaluate(ctx, "JSON in a text", `"`+strings.ReplaceAll(onePod, `"`, `\"`)+`"`)
				t.evaluate(ctx, "two documents", `"`+yaml+`---\n`+yaml+`"`)
				t.evaluate(ctx, "two objects in JSON", `"`+strings.Repeat(strings.ReplaceAll(onePod, `"`, `\"`), 2)+`"`)
				t.evaluate(ctx, "text after the object", `"`+strings.ReplaceAll(onePod, `"`, `\"`)+`\nkind: Pod"`)
			},
			Want: `
				YAML: OK
				JSON in a text: OK
				two documents: INVALID_ARGUMENT
				two objects in JSON: INVALID_ARGUMENT
				text after the object: INVALID_ARGUMENT`,
		},
		{
			ID:      "EVALUATION-IMAGES-NONE",
			Unknown: "An object without images to evaluate is INVALID_ARGUMENT.",
			Run: func(ctx context.Context, t *Trial) {
				t.denying(ctx)
				t.evaluate(ctx, "no containers", strings.Replace(onePod, spec, `{"containers":[]}`, 1))
				t.evaluate(ctx, "no object", `null`)
			},
			Want: `
				no containers: INVALID_ARGUMENT
				no object: INVALID_ARGUMENT`,
		},
		{
			ID: "EVALUATION-CONTAINERS",
			Unknown: "An evaluation has one result for each different image of a pod. The images of init and ephemeral containers " +
				"count, as in continuous validation.",
			Run: func(ctx context.Context, t *Trial) {
				_, err := t.createPlatform(ctx, "p", sets(
					`{"imageAllowlist":{"allowPattern":["probe.example/web"]},"checks":[{"alwaysDeny":true}]}`))
				t.Setup("policy", err)
				of := func(step, containers string, fields ...string) {
					t.evaluate(ctx, step, strings.Replace(onePod, spec, spec[:len(spec)-1]+containers+"}", 1), fields...)
				}
				one := `:[{"name":"d","image":"probe.example/debug"}]`
				of("a container", "", "verdict")
				of("an init container", `,"initContainers"`+one, "verdict")
				of("an ephemeral container", `,"ephemeralContainers"`+one, "verdict")
				of("an image twice", `,"initContainers":[{"name":"d","image":"probe.example/web"}]`, "results.0.imageResults.1.imageUri")
			},
			Want: `
				a container: OK verdict=CONFORMANT
				an init container: OK verdict=NON_CONFORMANT
				an ephemeral container: OK verdict=NON_CONFORMANT
				an image twice: OK results.0.imageResults.1.imageUri=-`,
		},
		{
			ID: "EVALUATION-DEFAULTS",
			Unknown: "A pod without namespace or service account is reported with \"default\". Google does not document whether it " +
				"is also evaluated so: if this makes a difference, the strictest verdict decides.",
			Run: func(ctx context.Context, t *Trial) {
				_, err := t.createPlatform(ctx, "p", sets(
					`{"scope":{"kubernetesServiceAccount":"default:default"},"imageAllowlist":{"allowPattern":["probe.example/*"]}}`,
					set(""),
				))
				t.Setup("policy", err)
				fields := []string{"verdict", "results.0.kubernetesNamespace", "results.0.kubernetesServiceAccount"}
				t.evaluate(ctx, "neither", onePod, fields...)
				named := strings.Replace(onePod, `{"name":"probe"}`, `{"name":"probe","namespace":"default"}`, 1)
				named = strings.Replace(named, `"spec":{`, `"spec":{"serviceAccountName":"default",`, 1)
				t.evaluate(ctx, "both", named, fields...)
			},
			Want: `
				neither: OK verdict=NON_CONFORMANT results.0.kubernetesNamespace=default results.0.kubernetesServiceAccount=default
				both: OK verdict=CONFORMANT results.0.kubernetesNamespace=default results.0.kubernetesServiceAccount=default`,
		},
		{
			ID:      "EVALUATION-ATTESTATION-TAG",
			Unknown: "A check of attestations does not find one whose resource has a tag before the digest.",
			Run: func(ctx context.Context, t *Trial) {
				k := t.ec()
				_, err := t.createPlatform(ctx, "p", sets(fmt.Sprintf(`{"checks":[{"simpleSigningAttestationCheck":{`+
					`"containerAnalysisAttestationProjects":[%q],"attestationAuthenticators":[{"pkixPublicKeySet":{"pkixPublicKeys":[`+
					`{"publicKeyPem":%q,"keyId":%q,"signatureAlgorithm":"ECDSA_P256_SHA256"}]}}]}}]}`, t.Parent(), k.text, uriOne)))
				t.Setup("policy", err)
				note, image := t.note(ctx, "n"), strings.TrimPrefix(t.image(), "https://")
				for _, c := range [][2]string{{"with a tag", strings.Replace(t.image(), "@", ":v1@", 1)}, {"by digest", t.image()}} {
					_, err := t.createOccurrence(ctx, t.attestation(note, c[1],
						&grafeaspb.Signature{PublicKeyId: uriOne, Signature: t.sign(k, t.payload(), crypto.SHA256)}))
					t.Setup(c[0], err)
					t.evaluate(ctx, c[0], strings.Replace(onePod, "probe.example/web", image, 1), "verdict")
				}
			},
			Want: `
				with a tag: OK verdict=NON_CONFORMANT
				by digest: OK verdict=CONFORMANT`,
		},
		{
			ID: "EVALUATION-FIELD-UNKNOWN",
			Unknown: "The field attestationMode of an evaluation is INVALID_ARGUMENT as an unknown field. Only gcloud's hidden " +
				"command evaluate-and-sign sends it.",
			Run: func(ctx context.Context, t *Trial) {
				t.denying(ctx)
				page, err := t.platform(ctx, http.MethodPost, "p:evaluate", `{"resource":`+onePod+`,"attestationMode":"GENERATE_DEPLOY"}`)
				t.Saw("evaluate", page.Body, err)
			},
			Want: `evaluate: INVALID_ARGUMENT`,
		},
		{
			ID:      "EVALUATION-ORDER",
			Unknown: "An evaluation request is fully parsed before the policy is looked up.",
			Run: func(ctx context.Context, t *Trial) {
				t.evaluate(ctx, "a good object, no policy", onePod)
				t.evaluate(ctx, "a bad object, no policy", template("ConfigMap", ""))
			},
			Want: `
				a good object, no policy: NOT_FOUND
				a bad object, no policy: INVALID_ARGUMENT`,
		},
		{
			ID: "EVALUATION-EXPLANATION",
			Unknown: "The type of an alwaysDeny check is AlwaysDeny, in evaluations and in the log. The explanation of a trusted " +
				"directory is Google's example; all other explanations have its form, with the emulator's own sentences.",
			Run: func(ctx context.Context, t *Trial) {
				_, err := t.createPlatform(ctx, "p", sets(
					`{"checks":[{"trustedDirectoryCheck":{"trustedDirPatterns":["probe.example/trusted"]}},{"alwaysDeny":true}]}`,
				))
				t.Setup("policy", err)
				for i, name := range []string{"directory", "deny"} {
					check := fmt.Sprintf("results.0.imageResults.0.checkSetResult.checkResults.results.%d.", i)
					t.evaluate(ctx, name, onePod, check+"type", check+"explanation")
				}
			},
			Want: strings.ReplaceAll(`
				directory: OK results.0.*.0.type=TrustedDirectoryCheck results.0.*.0.explanation=TrustedDirectoryCheck at index 0 with `+
				`display name "" has verdict NOT_CONFORMANT. Image is not in a trusted directory
				deny: OK results.0.*.1.type=AlwaysDeny results.0.*.1.explanation=AlwaysDeny at index 1 with display name "" has `+
				`verdict NOT_CONFORMANT. The check denies every image`, "*", "imageResults.0.checkSetResult.checkResults.results"),
		},
		{
			ID: "GOOGLE-NOTES",
			Unknown: "Only Google can write in its own projects for scans and builds, such as goog-analysis: others get " +
				"PERMISSION_DENIED.",
			Run: func(ctx context.Context, t *Trial) {
				_, err := t.REST(ctx, "containeranalysis", http.MethodPost, "v1/projects/goog-analysis/notes?noteId="+t.ID("a"),
					`{"attestation":{"hint":{"humanReadableName":"probe"}}}`)
				t.Saw("create a note", nil, err)
				o := t.attestation(t.note(ctx, "n"), t.image(), signature("one"))
				made, err := t.Notes.CreateOccurrence(ctx, &grafeaspb.CreateOccurrenceRequest{
					Parent: "projects/goog-analysis", Occurrence: o,
				})
				t.madeOccurrence(made, err)
				t.Saw("create an occurrence", nil, err)
			},
			Want: `
				create a note: PERMISSION_DENIED
				create an occurrence: PERMISSION_DENIED`,
		},
		{
			ID:      "ARTIFACTS-IMAGE-TAG",
			Unknown: "An image without a digest is INVALID_ARGUMENT in Artifact Registry.",
			Run: func(ctx context.Context, t *Trial) {
				for _, image := range []string{"web", "web:latest", "web@" + digest} {
					_, err := t.REST(ctx, "artifactregistry", http.MethodGet, t.repository("us-central1")+"/dockerImages/"+image, "")
					t.Saw(image, nil, err)
				}
			},
			Want: `
				web: INVALID_ARGUMENT
				web:latest: INVALID_ARGUMENT
				web@` + digest + `: NOT_FOUND`,
		},
		{
			ID:      "ARTIFACTS-ORDER",
			Unknown: "Lists of images support the orders by name and by update_time; other orders are INVALID_ARGUMENT.",
			Run: func(ctx context.Context, t *Trial) {
				images := t.repository("us-central1") + "/dockerImages"
				for _, order := range []string{"update_time", "upload_time"} {
					_, err := t.REST(ctx, "artifactregistry", http.MethodGet, images+"?orderBy="+order, "")
					t.Saw(order+" of a missing repository", nil, err)
				}
			},
			Want: `
				update_time of a missing repository: NOT_FOUND
				upload_time of a missing repository: INVALID_ARGUMENT`,
		},
		{
			ID:      "ARTIFACTS-LOCATION",
			Unknown: "Locations of Artifact Registry are not checked: a repository in an unknown location is NOT_FOUND.",
			Run: func(ctx context.Context, t *Trial) {
				_, err := t.REST(ctx, "artifactregistry", http.MethodGet, t.repository(nowhere)+"/dockerImages", "")
				t.Saw("list", nil, err)
			},
			Want: `list: NOT_FOUND`,
		},
	}
}

// spec is the spec of a pod, and onePod a pod without namespace and service account.
const (
	spec   = `{"containers":[{"name":"c","image":"probe.example/web"}]}`
	onePod = `{"apiVersion":"v1","kind":"Pod","metadata":{"name":"probe"},"spec":` + spec + `}`
)

// template returns an object of a kind with pods.
func template(kind, content string) string {
	group := map[string]string{"Job": "batch/", "CronJob": "batch/", "ReplicationController": "", "ConfigMap": ""}
	prefix, other := group[kind]
	if !other {
		prefix = "apps/"
	}
	return `{"apiVersion":"` + prefix + `v1","kind":"` + kind + `","metadata":{"name":"probe"},"spec":{` + content + `}}`
}

// denying creates the platform policy "p" without any conformant image.
func (t *Trial) denying(ctx context.Context) {
	_, err := t.createPlatform(ctx, "p", deny)
	t.Setup("policy", err)
}

// evaluate evaluates a Kubernetes object by the policy "p".
func (t *Trial) evaluate(ctx context.Context, step, object string, fields ...string) {
	page, err := t.platform(ctx, http.MethodPost, "p:evaluate", `{"resource":`+object+`}`)
	t.Saw(step, page.Body, err, fields...)
}

// repository returns the path of a missing repository.
func (t *Trial) repository(location string) string {
	return "v1/" + t.Parent() + "/locations/" + location + "/repositories/" + t.ID("missing")
}
