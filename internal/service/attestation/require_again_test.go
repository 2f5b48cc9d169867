package attestation

import (
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"cloud.google.com/go/binaryauthorization/apiv1/binaryauthorizationpb"
	grafeas "google.golang.org/genproto/googleapis/grafeas/v1"

	"github.com/binauthz/terraform-provider-binauthz/internal/emulator"
	"github.com/binauthz/terraform-provider-binauthz/internal/emulator/containeranalysis"
	"github.com/binauthz/terraform-provider-binauthz/internal/gcp"
	"github.com/binauthz/terraform-provider-binauthz/internal/resname"
)

const (
	scannedImage = "us-docker.pkg.dev/demo/app/web@sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
	signingKey   = "projects/demo/locations/global/keyRings/r/cryptoKeys/k"
)

// newSigner starts an emulator with an attestor, and returns a request for a signature by its key.
func newSigner(t *testing.T) (*emulator.Server, *gcp.Clients, request) {
	t.Helper()
	server, err := emulator.Start(emulator.Options{KMSKeys: []string{signingKey}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = server.Close() })
	clients := gcp.New(gcp.Config{Project: "demo", EmulatorHost: server.Addr(), Pause: time.Millisecond, PollInterval: time.Millisecond})
	r, err := kmsRequest("a", scannedImage, "demo", signingKey+"/cryptoKeyVersions/1")
	if err != nil {
		t.Fatal(err)
	}
	note := resname.Note{Project: "demo", ID: "n"}
	if _, err := clients.CreateNote(t.Context(), note, &gcp.Note{Type: &grafeas.Note_Attestation{
		Attestation: &grafeas.AttestationNote{Hint: &grafeas.AttestationNote_Hint{HumanReadableName: "h"}},
	}}); err != nil {
		t.Fatal(err)
	}
	public, err := clients.PublicKey(t.Context(), *r.kms)
	if err != nil {
		t.Fatal(err)
	}
	key := &binaryauthorizationpb.AttestorPublicKey{
		PublicKey: &binaryauthorizationpb.AttestorPublicKey_PkixPublicKey{PkixPublicKey: &binaryauthorizationpb.PkixPublicKey{
			PublicKeyPem: public.PEM, SignatureAlgorithm: binaryauthorizationpb.PkixPublicKey_ECDSA_P256_SHA256,
		}},
	}
	own := &binaryauthorizationpb.UserOwnedGrafeasNote{
		NoteReference: note.String(), PublicKeys: []*binaryauthorizationpb.AttestorPublicKey{key},
	}
	if _, err := clients.CreateAttestor(t.Context(), r.attestor, &gcp.Attestor{
		AttestorType: &binaryauthorizationpb.Attestor_UserOwnedGrafeasNote{UserOwnedGrafeasNote: own},
	}); err != nil {
		t.Fatal(err)
	}
	return server, clients, r
}

// TestResultsThatChangeBeforeTheSignature: an attestation waits for its scan, and then for another
// attestation of the same image. Meanwhile the results of the image change, and it signs by the new
// ones.
func TestResultsThatChangeBeforeTheSignature(t *testing.T) {
	t.Parallel()
	finding := containeranalysis.Finding{CVE: "CVE-2026-1", Severity: "CRITICAL"}
	for name, c := range map[string]struct {
		after containeranalysis.Scan
		want  string
	}{
		"the same":           {containeranalysis.Scan{}, ""},
		"a new finding":      {containeranalysis.Scan{Findings: []containeranalysis.Finding{finding}}, "CVE-2026-1 (CRITICAL)"},
		"a failed scan":      {containeranalysis.Scan{Status: "FINISHED_FAILED"}, "is FINISHED_FAILED"},
		"scans without ends": {containeranalysis.Scan{ContinuousAnalysis: "INACTIVE"}, "is INACTIVE"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newScanned(t, containeranalysis.Scan{Status: "SCANNING"})
			result := s.attest(t)
			s.answered(t, 0)
			unlock, err := s.clients.LockAttestations(t.Context(), s.r.project, s.r.image) // the wait does not hold the lock
			if err != nil {
				t.Fatal(err)
			}
			before := lists(s.server)
			s.scan(t, containeranalysis.Scan{})
			s.answered(t, before)
			s.scan(t, c.after)
			unlock()
			err = <-result
			if (err == nil) != (c.want == "") || err != nil && !strings.Contains(err.Error(), c.want) {
				t.Errorf("%v, want %q", err, c.want)
			}
			if signed := s.server.Calls()["google.cloud.kms.v1.KeyManagementService/AsymmetricSign"]; signed > 0 && c.want != "" {
				t.Errorf("%d signatures", signed)
			}
		})
	}
}

// TestAScanThatBeginsBeforeTheSignature: the attestation waits again.
func TestAScanThatBeginsBeforeTheSignature(t *testing.T) {
	t.Parallel()
	s := newScanned(t, containeranalysis.Scan{})
	unlock, err := s.clients.LockAttestations(t.Context(), s.r.project, s.r.image)
	if err != nil {
		t.Fatal(err)
	}
	result := s.attest(t)
	s.scan(t, containeranalysis.Scan{Status: "SCANNING"})
	unlock()
	s.answered(t, 0)
	s.scan(t, containeranalysis.Scan{})
	if err := <-result; err != nil {
		t.Error(err)
	}
}

// TestResultsAreReadOnceAfterTheScan: without a wait, each kind of occurrence costs one call, besides
// the lookup of an existing attestation.
func TestResultsAreReadOnceAfterTheScan(t *testing.T) {
	t.Parallel()
	s := newScanned(t, containeranalysis.Scan{})
	if err := <-s.attest(t); err != nil {
		t.Fatal(err)
	}
	if n := lists(s.server); n != 3 {
		t.Errorf("%d lists of occurrences, want 3: DISCOVERY, VULNERABILITY and attestations", n)
	}
}

// scanned is an image with a scan, and a request for its attestation.
type scanned struct {
	server  *emulator.Server
	clients *gcp.Clients
	r       request
}

func newScanned(t *testing.T, first containeranalysis.Scan) scanned {
	t.Helper()
	server, clients, r := newSigner(t)
	s := scanned{server, clients, r}
	s.scan(t, first)
	return s
}

// scan replaces the results of the image.
func (s scanned) scan(t *testing.T, results containeranalysis.Scan) {
	t.Helper()
	if err := s.server.Analysis().Scan("demo", scannedImage, results); err != nil {
		t.Fatal(err)
	}
}

// attest attests the image in the background if no vulnerability was found.
func (s scanned) attest(t *testing.T) <-chan error {
	t.Helper()
	d := &demand{clients: s.clients, image: scannedImage, otherwise: nothingSigned}
	d.add(checkOfScans("demo"))
	result := make(chan error, 1)
	go func() {
		_, err := attestImage(t.Context(), s.clients, s.r, signing{demand: d})
		result <- err
	}()
	return result
}

// answered waits for the answer to another list of occurrences. before is the earlier number.
func (s scanned) answered(t *testing.T, before int) {
	t.Helper()
	for end := time.Now().Add(time.Minute); time.Now().Before(end); time.Sleep(time.Millisecond) {
		if lists(s.server) > before && s.server.UnderWay() == 0 {
			return
		}
	}
	t.Fatalf("%v", s.server.Calls())
}

func lists(server *emulator.Server) (n int) {
	for method, calls := range server.Calls() {
		if strings.HasSuffix(method, "/ListOccurrences") {
			n += calls
		}
	}
	return n
}

// checkOfScans is a check that no vulnerability passes.
func checkOfScans(projects ...string) demandedCheck {
	strict := &vulnerability{}
	check := strict.toAPI("none")
	check.VulnerabilityCheck.MaximumFixableSeverity, check.VulnerabilityCheck.MaximumUnfixableSeverity = "BLOCK_ALL", "BLOCK_ALL"
	check.VulnerabilityCheck.ContainerAnalysisVulnerabilityProjects = projects
	return demandedCheck{check: check, kinds: []string{discovery, "VULNERABILITY"}, projects: projects, remedy: fixTheImage}
}

// TestFindingsWithoutAScheme: the findings of another scanner count, whether or not they name the
// image with https://. Each kind of occurrence costs one call.
func TestFindingsWithoutAScheme(t *testing.T) {
	t.Parallel()
	for name, resource := range map[string]string{
		"with a scheme": "https://" + scannedImage, "without": scannedImage, "another image": "https://mirror.example/" + scannedImage,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server, clients, _ := newSigner(t)
			if err := server.Analysis().Scan("demo", scannedImage, containeranalysis.Scan{}); err != nil {
				t.Fatal(err)
			}
			post(t, server, "notes?noteId=CVE-2026-7", `{"vulnerability": {"severity": "HIGH"}}`)
			post(t, server, "occurrences", `{"noteName": "projects/demo/notes/CVE-2026-7", "resourceUri": "`+resource+`", `+
				`"vulnerability": {"packageIssue": [{"affectedPackage": "zlib", "affectedCpeUri": "c", `+
				`"affectedVersion": {"kind": "NORMAL", "name": "1"}}]}}`)
			d := &demand{clients: clients, image: scannedImage}
			d.add(checkOfScans("demo"))
			switch err := d.met(t.Context(), nil); {
			case name == "another image" && err != nil:
				t.Error(err)
			case name != "another image" && (err == nil || !strings.Contains(err.Error(), "CVE-2026-7")):
				t.Errorf("%v, want the finding", err)
			}
			if n := lists(server); n != 2 {
				t.Errorf("%d calls", n)
			}
		})
	}
}

// post creates an object of the project demo in Container Analysis.
func post(t *testing.T, server *emulator.Server, path, body string) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, "http://"+server.Addr()+"/v1/projects/demo/"+path,
		strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	client := &http.Client{Timeout: time.Minute}
	reply, err := client.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = reply.Body.Close() }()
	if text, err := io.ReadAll(reply.Body); err != nil || reply.StatusCode != http.StatusOK {
		t.Fatalf("%s, %v", text, err)
	}
}
