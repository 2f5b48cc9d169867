package containeranalysis

import (
	"cmp"
	"encoding/json"
	"strings"

	"github.com/google/uuid"
	grafeaspb "google.golang.org/genproto/googleapis/grafeas/v1"
	"google.golang.org/protobuf/encoding/protojson"
)

// The two provenance formats of Cloud Build.
const (
	SLSAv01 = "v0.1"
	SLSAv1  = "v1.0"
)

// Build describes the build of an image by Cloud Build.
type Build struct {
	// Builder is the id of the builder; empty means Cloud Build's hosted workers.
	Builder string `json:"builder"`
	// Source is the source, "https://github.com/org/repository" or "gs://bucket/object#generation".
	// The first form gets the prefix "git+", as in recordings.
	Source string `json:"source"`
	// Commit and Ref are the source revision. Empty ones get a default.
	Commit string `json:"commit"`
	Ref    string `json:"ref"`
	// ConfigBased means that the steps came from a file in the source, not from the request.
	ConfigBased bool `json:"configBased"`
	// Format is the format of the provenance, SLSAv01 or SLSAv1; empty means SLSAv1.
	Format string `json:"format"`
	// ID is the build id; empty means a new one. Another build of the image with the same id and
	// format replaces this one.
	ID string `json:"id"`
}

// Build writes Cloud Build's occurrence for a built image: a BUILD occurrence on a note of the
// project verified-builder, as in recordings. The image is registry/repository@sha256:digest, with
// or without "https://". A key of the emulator signs the envelope. Errors: an invalid image or
// format.
func (a *API) Build(project, image string, b Build) error {
	parent, uri, err := a.imageIn(project, image)
	if err != nil {
		return err
	}
	b.ID, b.Ref = cmp.Or(b.ID, uuid.NewString()), cmp.Or(b.Ref, "refs/heads/main")
	b.Commit, b.Format = cmp.Or(b.Commit, "2ce3f90facdb51aeb950d5bc641e981be61fdf48"), cmp.Or(b.Format, SLSAv1)
	form, ok := forms[b.Format]
	if !ok {
		return invalid("%q is not a form of provenance: want %s or %s", b.Format, SLSAv01, SLSAv1)
	}
	name := "projects/verified-builder/notes/" + form.note + b.ID
	if !note.form.MatchString(name) {
		return invalid("%q is not the id of a build", b.ID)
	}
	now := a.w.Now().AsTime().Format("2006-01-02T15:04:05.999999Z07:00")
	statement := form.statement(&b, bare(project), uri, now)
	details := &grafeaspb.BuildOccurrence{}
	if err := fill(details, map[string]any{form.field: statement}); err != nil {
		return err
	}
	sealed, err := seal(statement)
	if err != nil {
		return err
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	a.provide(name, &grafeaspb.Note{Type: &grafeaspb.Note_Build{Build: &grafeaspb.BuildNote{BuilderVersion: "GoogleHostedWorker"}}})
	a.put(parent, &grafeaspb.Occurrence{
		ResourceUri: uri, NoteName: name, Envelope: sealed, Details: &grafeaspb.Occurrence_Build{Build: details},
	})
	return nil
}

func bare(project string) string { return strings.TrimPrefix(project, "projects/") }

// fill reads JSON into a message.
func fill(m *grafeaspb.BuildOccurrence, fields map[string]any) error {
	text, err := json.Marshal(fields)
	if err != nil {
		return err
	}
	return protojson.Unmarshal(text, m)
}

// object is JSON.
type object = map[string]any

// forms describes each provenance format.
var forms = map[string]struct {
	note, field string
	statement   func(b *Build, project, uri, now string) object
}{
	SLSAv01: {"intoto_", "intotoStatement", (*Build).statement01},
	SLSAv1:  {"intoto_slsa_v1_", "inTotoSlsaProvenanceV1", (*Build).statement1},
}

// subject is the image name without a tag.
func subject(uri string) []any {
	name, digest, _ := strings.Cut(uri, "@sha256:")
	return []any{object{"name": name, "digest": object{"sha256": digest}}}
}

// git is the source with the scheme used in recordings.
func (b *Build) git() string {
	if strings.HasPrefix(b.Source, scheme) {
		return "git+" + b.Source
	}
	return b.Source
}

// isGit distinguishes a repository from an archive in Cloud Storage.
func (b *Build) isGit() bool { return !strings.HasPrefix(b.Source, "gs://") }

// statement01 has no recipe.arguments; this would be a Cloud Build message.
func (b *Build) statement01(_, uri, now string) object {
	recipe := object{"type": "https://cloudbuild.googleapis.com/CloudBuildSteps@v0.1"}
	if b.ConfigBased {
		recipe = object{"type": "https://cloudbuild.googleapis.com/CloudBuildYaml@v0.1", "entryPoint": "cloudbuild.yaml"}
	}
	provenance := object{
		"builder": object{"id": cmp.Or(b.Builder, "https://cloudbuild.googleapis.com/GoogleHostedWorker@v0.3")}, "recipe": recipe,
		"metadata": object{"buildInvocationId": b.ID, "buildStartedOn": now, "buildFinishedOn": now},
	}
	if b.Source != "" {
		provenance["materials"] = []any{object{"uri": b.git(), "digest": object{"sha1": b.Commit}}}
	}
	return object{
		"_type": "https://in-toto.io/Statement/v0.1", "predicateType": "https://slsa.dev/provenance/v0.1", "subject": subject(uri),
		"slsaProvenance": provenance,
	}
}

func (b *Build) statement1(project, uri, now string) object {
	external, definition := object{"substitutions": object{}}, object{
		"buildType":          "https://cloud.google.com/build/gcb-buildtypes/google-worker/v1",
		"internalParameters": object{"systemSubstitutions": object{"BUILD_ID": b.ID, "PROJECT_ID": project, "COMMIT_SHA": b.Commit}},
	}
	if b.Source != "" {
		from, dependency := object{"repository": b.git(), "ref": b.Ref}, object{"uri": b.git(), "digest": object{"sha1": b.Commit}}
		if b.isGit() {
			dependency["uri"] = b.git() + "@" + b.Ref
		}
		external["sourceToBuild"], definition["resolvedDependencies"] = from, []any{dependency}
	}
	if b.ConfigBased {
		external["buildConfigSource"] = object{"repository": b.git(), "ref": b.Ref, "path": "cloudbuild.yaml"}
	}
	definition["externalParameters"] = external
	return object{
		"_type": "https://in-toto.io/Statement/v1", "predicateType": "https://slsa.dev/provenance/v1", "subject": subject(uri),
		"predicate": object{"buildDefinition": definition, "runDetails": object{
			"builder": object{"id": cmp.Or(b.Builder, "https://cloudbuild.googleapis.com/GoogleHostedWorker")},
			"metadata": object{
				"invocationId": "https://cloudbuild.googleapis.com/v1/projects/" + project + "/locations/us-central1/builds/" + b.ID,
				"startedOn":    now, "finishedOn": now,
			},
		}},
	}
}
