package containeranalysis_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"

	"cloud.google.com/go/iam/apiv1/iampb"
	grafeaspb "google.golang.org/genproto/googleapis/grafeas/v1"
	"google.golang.org/grpc/codes"
	"google.golang.org/protobuf/proto"

	"github.com/binauthz/terraform-provider-binauthz/internal/conformance"
	"github.com/binauthz/terraform-provider-binauthz/internal/emulator/containeranalysis"
)

// bare is the image as pods name it.
var bare = strings.TrimPrefix(image, "https://")

func check(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// evidence returns a check's evidence in a project.
func (b *bench) evidence(t *testing.T, project, kind, image string) []conformance.Occurrence {
	t.Helper()
	found, err := b.api.Evidence(project, kind, image)
	check(t, err)
	return found
}

// occurrences returns the filtered occurrences of the project demo.
func (b *bench) occurrences(t *testing.T, filter string) []*grafeaspb.Occurrence {
	t.Helper()
	return all(t, b.notes.ListOccurrences(deadline(t), &grafeaspb.ListOccurrencesRequest{Parent: "projects/demo", Filter: filter}).Next)
}

const (
	scans = `noteProjectId="goog-analysis" AND noteId="PACKAGE_VULNERABILITY"`
	vulns = `kind="VULNERABILITY" AND resourceUrl="` + image + `"`
)

func TestScan(t *testing.T) {
	t.Parallel()
	b := start(t)
	check(t, b.api.Scan("demo", bare, containeranalysis.Scan{Findings: []containeranalysis.Finding{
		{CVE: "CVE-2026-1", Severity: "HIGH", EffectiveSeverity: "LOW", Package: "openssl", Version: "3.0-1", FixedVersion: "3.0-2"},
		{CVE: "CVE-2026-1", Severity: "HIGH", Package: "libssl", VEXState: "NOT_AFFECTED"},
		{CVE: "CVE-2026-1", Severity: "HIGH", EffectiveSeverity: "MINIMAL", Package: "libcrypto"},
		{CVE: "CVE-2026-2", Severity: "CRITICAL", Package: "zlib", VEXState: "NOT_AFFECTED"},
	}}))
	scan := b.occurrences(t, scans+` AND resourceUrl="`+image+`"`)
	if len(scan) != 1 || scan[0].GetDiscovery().GetAnalysisStatus() != grafeaspb.DiscoveryOccurrence_FINISHED_SUCCESS ||
		scan[0].GetDiscovery().GetLastScanTime() == nil ||
		scan[0].GetDiscovery().GetAnalysisCompleted().GetAnalysisType()[0] != "VULNERABILITY" {
		t.Errorf("%v", scan)
	}
	found := b.occurrences(t, vulns)
	if len(found) != 2 {
		t.Fatalf("%v", found)
	}
	v := found[0].GetVulnerability()
	if found[0].GetNoteName() != "projects/goog-vulnz/notes/CVE-2026-1" || v.GetSeverity() != grafeaspb.Severity_HIGH ||
		v.GetEffectiveSeverity() != grafeaspb.Severity_HIGH || !v.GetFixAvailable() || len(v.GetPackageIssue()) != 3 {
		t.Errorf("%v", found[0])
	}
	if fixed := v.GetPackageIssue()[0]; fixed.GetEffectiveSeverity() != grafeaspb.Severity_LOW ||
		fixed.GetFixedVersion().GetRevision() != "2" {
		t.Errorf("%v", fixed)
	}
	if unfixed := v.GetPackageIssue()[1]; unfixed.GetFixAvailable() || unfixed.GetFixedVersion().GetKind() != grafeaspb.Version_MAXIMUM {
		t.Errorf("%v", unfixed)
	}
	n, err := b.notes.GetOccurrenceNote(deadline(t), &grafeaspb.GetOccurrenceNoteRequest{Name: found[1].GetName()})
	if err != nil || n.GetKind() != grafeaspb.NoteKind_VULNERABILITY || n.GetVulnerability().GetSeverity() != grafeaspb.Severity_CRITICAL {
		t.Errorf("%v, %v", n, err)
	}
	if suffixed := b.occurrences(t, `kind="VULNERABILITY" AND has_suffix(resourceUrl, "0f00a08")`); len(suffixed) != 2 {
		t.Errorf("by suffix: %v", suffixed)
	}
}

func TestScanIsEvidence(t *testing.T) {
	t.Parallel()
	b := start(t)
	check(t, b.api.Scan("demo", bare, containeranalysis.Scan{Findings: []containeranalysis.Finding{
		{CVE: "CVE-2026-1", Severity: "HIGH", FixedVersion: "2", VEXState: "FIXED"},
	}}))
	for _, project := range []string{"demo", b.w.ProjectNumber("demo")} {
		for _, name := range []string{bare, image} {
			scan, found := b.evidence(t, project, "DISCOVERY", name), b.evidence(t, project, "VULNERABILITY", name)
			if len(scan) != 1 || scan[0].Discovery.AnalysisStatus != "FINISHED_SUCCESS" ||
				scan[0].Discovery.ContinuousAnalysis != "ACTIVE" {
				t.Errorf("%s, %s: %+v", project, name, scan)
			}
			if len(found) != 1 || found[0].Vulnerability.ShortDescription != "CVE-2026-1" ||
				found[0].Vulnerability.VexAssessment.State != "FIXED" ||
				found[0].Vulnerability.PackageIssue[0].FixedVersion.FullName != "2" {
				t.Errorf("%s, %s: %+v", project, name, found)
			}
		}
	}
	if other := b.evidence(t, "other", "DISCOVERY", bare); len(other) != 0 {
		t.Errorf("of another project: %v", other)
	}
	if other := b.evidence(t, "demo", "DISCOVERY", otherImage); len(other) != 0 {
		t.Errorf("of another image: %v", other)
	}
}

func TestAnotherScanReplacesTheFirst(t *testing.T) {
	t.Parallel()
	b := start(t)
	findings := []containeranalysis.Finding{{CVE: "CVE-2026-1", Severity: "HIGH"}, {CVE: "CVE-2026-2", Severity: "HIGH"}}
	check(t, b.api.Scan("demo", image, containeranalysis.Scan{Findings: findings}))
	check(t, b.api.Scan("demo", otherImage, containeranalysis.Scan{Findings: findings}))
	before := b.occurrences(t, vulns)
	check(t, b.api.Scan("demo", image, containeranalysis.Scan{Status: "FINISHED_FAILED", Error: "no such layer", Findings: findings[1:]}))
	scan := b.occurrences(t, scans+` AND resourceUrl="`+image+`"`)
	if len(scan) != 1 || scan[0].GetDiscovery().GetAnalysisStatusError().GetMessage() != "no such layer" ||
		scan[0].GetDiscovery().GetLastScanTime() != nil {
		t.Errorf("%v", scan)
	}
	if after := b.occurrences(t, vulns); len(after) != 1 || after[0].GetName() != before[1].GetName() {
		t.Errorf("%v, before %v", after, before)
	}
	if other := b.occurrences(t, `kind="VULNERABILITY" AND resourceUrl="`+otherImage+`"`); len(other) != 2 {
		t.Errorf("the other image: %v", other)
	}
}

func TestScanThatEndsLater(t *testing.T) {
	t.Parallel()
	b := start(t)
	now := time.Now()
	b.w.Clock = func() time.Time { return now }
	s := containeranalysis.Scan{Findings: []containeranalysis.Finding{{CVE: "CVE-2026-1"}}}
	check(t, b.api.ScanAfter(time.Minute, "demo", image, s))
	status := func() string { return b.evidence(t, "demo", "DISCOVERY", image)[0].Discovery.AnalysisStatus }
	now = now.Add(59 * time.Second)
	if got := status(); got != "SCANNING" || len(b.occurrences(t, vulns)) != 0 {
		t.Errorf("too early: %s, %v", got, b.occurrences(t, vulns))
	}
	now = now.Add(time.Second)
	if got := b.occurrences(t, vulns); len(got) != 1 || status() != "FINISHED_SUCCESS" {
		t.Errorf("%s, %v", status(), got)
	}
	now = now.Add(time.Second)
	check(t, b.api.ScanAfter(time.Minute, "demo", otherImage, s))
	now = now.Add(time.Minute)
	if got := b.evidence(t, "demo", "VULNERABILITY", otherImage); len(got) != 1 {
		t.Errorf("%+v", got)
	}
	check(t, b.api.ScanAfter(time.Minute, "demo", image, s))
	check(t, b.api.Scan("demo", image, containeranalysis.Scan{Status: "FINISHED_UNSUPPORTED"}))
	now = now.Add(time.Hour)
	if got := status(); got != "FINISHED_UNSUPPORTED" {
		t.Errorf("a scan that was overtaken ends: %s", got)
	}
}

func TestScansThatAreRefused(t *testing.T) {
	t.Parallel()
	b := start(t)
	finding := func(f containeranalysis.Finding) containeranalysis.Scan {
		return containeranalysis.Scan{Findings: []containeranalysis.Finding{f}}
	}
	for word, s := range map[string]containeranalysis.Scan{
		"DONE":       {Status: "DONE"},
		"SOMETIMES":  {ContinuousAnalysis: "SOMETIMES"},
		"the id of":  finding(containeranalysis.Finding{}),
		"SEVERE":     finding(containeranalysis.Finding{CVE: "CVE-1", Severity: "SEVERE"}),
		"HARMLESS":   finding(containeranalysis.Finding{CVE: "CVE-1", EffectiveSeverity: "HARMLESS"}),
		"UNAFFECTED": finding(containeranalysis.Finding{CVE: "CVE-1", VEXState: "UNAFFECTED"}),
	} {
		want(t, b.api.Scan("demo", image, s), codes.InvalidArgument, word)
	}
	want(t, b.api.Scan("demo", "web:latest", containeranalysis.Scan{}), codes.InvalidArgument, "sha256")
	want(t, b.api.Scan("a/b", image, containeranalysis.Scan{}), codes.InvalidArgument, "project")
	if written := b.occurrences(t, ""); len(written) != 0 {
		t.Errorf("%v", written)
	}
}

func TestOnlyGoogleWritesOnItsNotes(t *testing.T) {
	t.Parallel()
	b := start(t)
	check(t, b.api.Scan("demo", image, containeranalysis.Scan{Findings: []containeranalysis.Finding{{CVE: "CVE-2026-1"}}}))
	const name = "projects/goog-vulnz/notes/CVE-2026-1"
	n, err := b.notes.GetNote(deadline(t), &grafeaspb.GetNoteRequest{Name: name})
	check(t, err)
	_, err = b.notes.CreateNote(deadline(t), &grafeaspb.CreateNoteRequest{Parent: "projects/goog-vulnz", NoteId: "CVE-1", Note: n})
	want(t, err, codes.PermissionDenied, `permission "containeranalysis.notes.create" denied for project "goog-vulnz", entity ID ""`)
	_, err = b.notes.UpdateNote(deadline(t), &grafeaspb.UpdateNoteRequest{Name: name, Note: n})
	want(t, err, codes.PermissionDenied, "containeranalysis.notes.update", "CVE-2026-1")
	want(t, b.notes.DeleteNote(deadline(t), &grafeaspb.DeleteNoteRequest{Name: name}), codes.PermissionDenied,
		"containeranalysis.notes.delete")
	found := b.occurrences(t, vulns)[0]
	_, err = b.notes.CreateOccurrence(deadline(t), &grafeaspb.CreateOccurrenceRequest{Parent: "projects/demo", Occurrence: found})
	want(t, err, codes.PermissionDenied, "containeranalysis.notes.attachOccurrence", "CVE-2026-1")
	_, err = b.client.SetIamPolicy(deadline(t), &iampb.SetIamPolicyRequest{Resource: name, Policy: &iampb.Policy{}})
	want(t, err, codes.PermissionDenied, "containeranalysis.notes.setIamPolicy", "CVE-2026-1")
}

// TestOnlyGoogleChangesItsOccurrences: neither an update nor a delete changes a scan, also not in
// the project of the image.
func TestOnlyGoogleChangesItsOccurrences(t *testing.T) {
	t.Parallel()
	b := start(t)
	check(t, b.api.Scan("demo", image, containeranalysis.Scan{Findings: []containeranalysis.Finding{{CVE: "CVE-2026-1"}}}))
	check(t, b.api.Build("demo", image, containeranalysis.Build{}))
	before := b.occurrences(t, "")
	for _, o := range before {
		sent := &grafeaspb.Occurrence{NoteName: o.GetNoteName(), Remediation: "none"}
		_, err := b.notes.UpdateOccurrence(deadline(t), &grafeaspb.UpdateOccurrenceRequest{Name: o.GetName(), Occurrence: sent})
		want(t, err, codes.PermissionDenied, "containeranalysis.notes.attachOccurrence")
		want(t, b.notes.DeleteOccurrence(deadline(t), &grafeaspb.DeleteOccurrenceRequest{Name: o.GetName()}), codes.PermissionDenied,
			"containeranalysis.occurrences.delete")
	}
	own := attestation(b.addNote(t, "built").GetName(), image, "payload")
	_, err := b.notes.CreateOccurrence(deadline(t), &grafeaspb.CreateOccurrenceRequest{Parent: "projects/goog-analysis", Occurrence: own})
	want(t, err, codes.PermissionDenied, `permission "containeranalysis.occurrences.create" denied for project "goog-analysis"`)
	_, err = b.notes.BatchCreateOccurrences(deadline(t), &grafeaspb.BatchCreateOccurrencesRequest{
		Parent: "projects/demo", Occurrences: []*grafeaspb.Occurrence{own, before[0]},
	})
	want(t, err, codes.PermissionDenied, "containeranalysis.notes.attachOccurrence")
	if after := b.occurrences(t, ""); len(before) != 3 || !slices.EqualFunc(before, after, func(x, y *grafeaspb.Occurrence) bool {
		return proto.Equal(x, y)
	}) {
		t.Errorf("%v, before %v", after, before)
	}
}

func TestBuild(t *testing.T) {
	t.Parallel()
	b := start(t)
	for _, c := range []struct {
		build containeranalysis.Build
		note  string
		says  []string
		not   string
	}{
		{
			containeranalysis.Build{Source: "https://github.com/a/b", ConfigBased: true, ID: "1"},
			"intoto_slsa_v1_1",
			[]string{
				`"_type":"https://in-toto.io/Statement/v1"`, `"buildConfigSource":{"path":"cloudbuild.yaml"`,
				`"uri":"git+https://github.com/a/b@refs/heads/main"`,
				`"id":"https://cloudbuild.googleapis.com/GoogleHostedWorker"`,
			},
			"intotoStatement",
		},
		{
			containeranalysis.Build{Source: "gs://bucket/a.tgz#1", Format: containeranalysis.SLSAv1, ID: "2", Builder: "me"},
			"intoto_slsa_v1_2",
			[]string{`"uri":"gs://bucket/a.tgz#1"`, `"builder":{"id":"me"}`},
			"buildConfigSource",
		},
		{
			containeranalysis.Build{Source: "https://github.com/a/b", ConfigBased: true, Format: containeranalysis.SLSAv01, ID: "3"},
			"intoto_3",
			[]string{
				`"_type":"https://in-toto.io/Statement/v0.1"`, `"uri":"git+https://github.com/a/b"`, "CloudBuildYaml@v0.1",
				`"id":"https://cloudbuild.googleapis.com/GoogleHostedWorker@v0.3"`,
			},
			"inTotoSlsaProvenanceV1",
		},
		{containeranalysis.Build{Format: containeranalysis.SLSAv01, ID: "4"}, "intoto_4", []string{"CloudBuildSteps@v0.1"}, "materials"},
	} {
		check(t, b.api.Build("demo", bare, c.build))
		found := b.occurrences(t, `kind="BUILD" AND noteProjectId="verified-builder" AND noteId="`+c.note+`" AND resourceUrl="`+image+`"`)
		if len(found) != 1 {
			t.Fatalf("%s: %v", c.note, found)
		}
		every := b.evidence(t, "demo", "BUILD", bare)
		text := compact(t, every[len(every)-1].Build)
		for _, w := range c.says {
			if !strings.Contains(text, w) {
				t.Errorf("%s: no %s in %s", c.note, w, text)
			}
		}
		if strings.Contains(text, `"`+c.not+`":{`) || strings.Contains(text, `"`+c.not+`":[`) {
			t.Errorf("%s: %s in %s", c.note, c.not, text)
		}
		envelope := found[0].GetEnvelope()
		if !strings.Contains(string(envelope.GetPayload()), `"predicateType":"https://slsa.dev/provenance/v`) ||
			envelope.GetPayloadType() == "" ||
			len(envelope.GetSignatures()) != 1 {
			t.Errorf("%v", envelope)
		}
	}
	check(t, b.api.Build("demo", bare, containeranalysis.Build{ID: "1"}))
	if builds := b.occurrences(t, `kind="BUILD"`); len(builds) != 4 {
		t.Errorf("%d builds", len(builds))
	}
	want(t, b.api.Build("demo", bare, containeranalysis.Build{Format: "v2"}), codes.InvalidArgument, "v2")
	want(t, b.api.Build("demo", bare, containeranalysis.Build{ID: "a/b"}), codes.InvalidArgument, "a/b")
	want(t, b.api.Build("demo", "web", containeranalysis.Build{}), codes.InvalidArgument, "web")
}

// compact is a value as JSON without spaces: protobuf's JSON varies them.
func compact(t *testing.T, v any) string {
	t.Helper()
	text, err := json.Marshal(v)
	check(t, err)
	return string(text)
}

// TestBuildsOfOthers reads back occurrences written by users on their own notes.
func TestBuildsOfOthers(t *testing.T) {
	t.Parallel()
	b := start(t)
	_, err := b.notes.CreateNote(deadline(t), &grafeaspb.CreateNoteRequest{
		Parent: "projects/demo", NoteId: "b",
		Note: &grafeaspb.Note{Type: &grafeaspb.Note_Build{Build: &grafeaspb.BuildNote{BuilderVersion: "1"}}},
	})
	check(t, err)
	b.attest(t, "projects/demo", &grafeaspb.Occurrence{
		ResourceUri: bare, NoteName: "projects/demo/notes/b", Details: &grafeaspb.Occurrence_Build{Build: &grafeaspb.BuildOccurrence{
			InTotoSlsaProvenanceV1: &grafeaspb.InTotoSlsaProvenanceV1{Type: "https://in-toto.io/Statement/v1"},
		}},
	})
	found := b.evidence(t, "demo", "BUILD", image)
	if len(found) != 1 || found[0].NoteName != "projects/demo/notes/b" ||
		!strings.Contains(string(found[0].Build.InTotoSlsaProvenanceV1), "Statement/v1") {
		t.Errorf("%+v", found)
	}
}

func TestAttestationsAreEvidence(t *testing.T) {
	t.Parallel()
	b := start(t)
	b.attest(t, "projects/demo", attestation(b.addNote(t, "built").GetName(), image, "payload"))
	found := b.evidence(t, "demo", "ATTESTATION", bare)
	if len(found) != 1 || string(found[0].Attestation.SerializedPayload) != "payload" ||
		string(found[0].Attestation.Signatures[0].Signature) != "signature" {
		t.Errorf("%+v", found)
	}
}
