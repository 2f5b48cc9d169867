package emulator_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	binaryauthorization "google.golang.org/api/binaryauthorization/v1"
	analysisv1 "google.golang.org/api/containeranalysis/v1"
	"google.golang.org/api/googleapi"

	"github.com/binauthz/terraform-provider-binauthz/internal/attest"
	"github.com/binauthz/terraform-provider-binauthz/internal/conformance"
	"github.com/binauthz/terraform-provider-binauthz/internal/emulator"
	"github.com/binauthz/terraform-provider-binauthz/internal/emulator/artifactregistry"
	"github.com/binauthz/terraform-provider-binauthz/internal/emulator/containeranalysis"
)

// judged is an emulator for one check of one image.
type judged struct {
	*emulator.Server
	key *ecdsa.PrivateKey
	pem string
	api *binaryauthorization.Service
}

const projects = "projects/demo"

func judge(t *testing.T) *judged {
	t.Helper()
	j := &judged{Server: start(t, emulator.Options{})}
	var err error
	j.key, err = ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	check(t, err)
	der, err := x509.MarshalPKIXPublicKey(&j.key.PublicKey)
	check(t, err)
	j.pem = string(pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der}))
	j.api, err = binaryauthorization.NewService(t.Context(), rest(t, j.Server)...)
	check(t, err)
	return j
}

func (j *judged) sign(t *testing.T, payload []byte) []byte {
	t.Helper()
	sum := sha256.Sum256(payload)
	signature, err := ecdsa.SignASN1(rand.Reader, j.key, sum[:])
	check(t, err)
	return signature
}

// policy writes the policy with one check, or replaces it.
func (j *judged) policy(t *testing.T, c *binaryauthorization.Check) {
	t.Helper()
	c.DisplayName = "the check"
	p := &binaryauthorization.PlatformPolicy{GkePolicy: &binaryauthorization.GkePolicy{CheckSets: []*binaryauthorization.CheckSet{
		{Checks: []*binaryauthorization.Check{c}},
	}}}
	policies := j.api.Projects.Platforms.Policies
	if _, err := policies.ReplacePlatformPolicy("projects/demo/platforms/gke/policies/p", p).Context(t.Context()).Do(); err != nil {
		_, err := policies.Create("projects/demo/platforms/gke", p).PolicyId("p").Context(t.Context()).Do()
		check(t, err)
	}
}

// is compares the verdict on the image with the expected one, on every level.
func (j *judged) is(t *testing.T, verdict string, says ...string) {
	t.Helper()
	resource := `{"apiVersion":"v1","kind":"Pod","metadata":{"name":""},"spec":{"containers":[{"image":"` + image + `"}]}}`
	got, err := j.api.Projects.Platforms.Gke.Policies.Evaluate("projects/demo/platforms/gke/policies/p",
		&binaryauthorization.EvaluateGkePolicyRequest{Resource: googleapi.RawMessage(resource)}).Context(t.Context()).Do()
	check(t, err)
	found := got.Results[0].ImageResults[0]
	one := found.CheckSetResult.CheckResults.Results[0]
	if got.Verdict != verdict || got.Results[0].Verdict != verdict || found.Verdict != verdict || one.EvaluationResult.Verdict != verdict {
		t.Errorf("%s %s %s %s, want %s: %s",
			got.Verdict, got.Results[0].Verdict, found.Verdict, one.EvaluationResult.Verdict, verdict, one.Explanation)
	}
	for _, text := range append(says, one.Type+` at index 0 with display name "the check" has verdict `) {
		if !strings.Contains(one.Explanation, text) {
			t.Errorf("no %q in %q", text, one.Explanation)
		}
	}
}

func TestTrustedDirectoryIsEvaluated(t *testing.T) {
	t.Parallel()
	j := judge(t)
	for pattern, verdict := range map[string]string{
		"us-docker.pkg.dev/demo/app": "CONFORMANT", "us-docker.pkg.dev/demo/other": "NON_CONFORMANT",
	} {
		j.policy(t, &binaryauthorization.Check{
			TrustedDirectoryCheck: &binaryauthorization.TrustedDirectoryCheck{TrustedDirPatterns: []string{pattern}},
		})
		j.is(t, verdict)
	}
}

func TestFreshnessIsEvaluated(t *testing.T) {
	t.Parallel()
	j := judge(t)
	j.policy(t, &binaryauthorization.Check{ImageFreshnessCheck: &binaryauthorization.ImageFreshnessCheck{MaxUploadAgeDays: 30}})
	if _, err := j.Artifacts().Uploaded(image); err == nil {
		t.Error("the image is there")
	}
	for days, verdict := range map[int]string{1: "CONFORMANT", 29: "CONFORMANT", 32: "NON_CONFORMANT"} {
		check(t, j.Artifacts().Put(artifactregistry.Image{URI: image, UploadTime: time.Now().AddDate(0, 0, -days)}))
		j.is(t, verdict)
	}
}

func TestAttestationIsEvaluated(t *testing.T) {
	t.Parallel()
	j := judge(t)
	j.policy(t, &binaryauthorization.Check{SimpleSigningAttestationCheck: &binaryauthorization.SimpleSigningAttestationCheck{
		ContainerAnalysisAttestationProjects: []string{projects},
		AttestationAuthenticators: []*binaryauthorization.AttestationAuthenticator{{PkixPublicKeySet: &binaryauthorization.PkixPublicKeySet{
			PkixPublicKeys: []*binaryauthorization.PkixPublicKey{
				{PublicKeyPem: j.pem, SignatureAlgorithm: "ECDSA_P256_SHA256", KeyId: "k"},
			},
		}}},
	}})
	j.is(t, "NON_CONFORMANT")
	c, err := analysisv1.NewService(t.Context(), rest(t, j.Server)...)
	check(t, err)
	note, err := c.Projects.Notes.Create(projects, &analysisv1.Note{
		Attestation: &analysisv1.AttestationNote{Hint: &analysisv1.Hint{HumanReadableName: "built"}},
	}).NoteId("n").Context(t.Context()).Do()
	check(t, err)
	payload, err := attest.Payload(image)
	check(t, err)
	attestation := &analysisv1.AttestationOccurrence{
		SerializedPayload: base64.StdEncoding.EncodeToString(payload),
		Signatures:        []*analysisv1.Signature{{PublicKeyId: "k", Signature: base64.StdEncoding.EncodeToString(j.sign(t, payload))}},
	}
	_, err = c.Projects.Occurrences.Create(projects, &analysisv1.Occurrence{
		NoteName: note.Name, ResourceUri: "https://" + image, Attestation: attestation,
	}).Context(t.Context()).Do()
	check(t, err)
	j.is(t, "CONFORMANT")
}

func TestSigstoreIsEvaluated(t *testing.T) {
	t.Parallel()
	j := judge(t)
	j.policy(t, &binaryauthorization.Check{SigstoreSignatureCheck: &binaryauthorization.SigstoreSignatureCheck{
		SigstoreAuthorities: []*binaryauthorization.SigstoreAuthority{{PublicKeySet: &binaryauthorization.SigstorePublicKeySet{
			PublicKeys: []*binaryauthorization.SigstorePublicKey{{PublicKeyPem: j.pem}},
		}}},
	}})
	j.is(t, "NON_CONFORMANT")
	name, digest, _ := strings.Cut(image, "@")
	payload := []byte(`{"critical":{"identity":{"docker-reference":"` + name + `"},"image":{"docker-manifest-digest":"` + digest +
		`"},"type":"cosign container image signature"},"optional":null}`)
	check(t, j.Artifacts().Sign(image, conformance.Signature{Payload: payload, Signature: j.sign(t, payload)}))
	j.is(t, "CONFORMANT")
}

func TestProvenanceIsEvaluated(t *testing.T) {
	t.Parallel()
	for _, format := range []string{containeranalysis.SLSAv01, containeranalysis.SLSAv1} {
		j := judge(t)
		rule := &binaryauthorization.VerificationRule{
			TrustedBuilder: "GOOGLE_CLOUD_BUILD", TrustedSourceRepoPatterns: []string{"github.com/acme/*"}, ConfigBasedBuildRequired: true,
			AttestationSource: &binaryauthorization.AttestationSource{ContainerAnalysisAttestationProjects: []string{projects}},
			CustomConstraints: `payload.subject[0].name == "https://us-docker.pkg.dev/demo/app/web"`,
		}
		slsa := &binaryauthorization.Check{SlsaCheck: &binaryauthorization.SlsaCheck{Rules: []*binaryauthorization.VerificationRule{rule}}}
		j.policy(t, slsa)
		j.is(t, "NON_CONFORMANT")
		for _, b := range []containeranalysis.Build{
			{Source: "https://github.com/acme/web"},
			{Source: "https://github.com/evil/web", ConfigBased: true},
			{Source: "https://github.com/acme/web", ConfigBased: true, Builder: "https://evil.example.com/builder"},
		} {
			b.Format, b.ID = format, "1"
			check(t, j.Analysis().Build("demo", image, b))
			j.is(t, "NON_CONFORMANT")
		}
		check(t, j.Analysis().Build("demo", image, containeranalysis.Build{
			Source:      "https://github.com/acme/web",
			ConfigBased: true,
			Format:      format,
		}))
		j.is(t, "CONFORMANT")
		rule.CustomConstraints = `predicateType == "other"`
		j.policy(t, slsa)
		j.is(t, "NON_CONFORMANT")
	}
}

func TestVulnerabilitiesAreEvaluated(t *testing.T) {
	t.Parallel()
	j := judge(t)
	var later atomic.Int64
	j.World().Clock = func() time.Time { return time.Now().Add(time.Duration(later.Load())) }
	vulnerability := &binaryauthorization.VulnerabilityCheck{
		MaximumFixableSeverity: "LOW", MaximumUnfixableSeverity: "HIGH", ContainerAnalysisVulnerabilityProjects: []string{projects},
	}
	c := &binaryauthorization.Check{VulnerabilityCheck: vulnerability}
	j.policy(t, c)
	j.is(t, "ERROR")
	for _, step := range []struct {
		scan    containeranalysis.Scan
		verdict string
	}{
		{containeranalysis.Scan{Status: "FINISHED_FAILED"}, "ERROR"},
		{containeranalysis.Scan{}, "CONFORMANT"},
		{containeranalysis.Scan{Findings: []containeranalysis.Finding{{CVE: "CVE-1", Severity: "HIGH"}}}, "CONFORMANT"},
		{containeranalysis.Scan{Findings: []containeranalysis.Finding{{CVE: "CVE-1", Severity: "CRITICAL"}}}, "NON_CONFORMANT"},
		{
			containeranalysis.Scan{Findings: []containeranalysis.Finding{{CVE: "CVE-1", Severity: "HIGH", FixedVersion: "2"}}},
			"NON_CONFORMANT",
		},
	} {
		check(t, j.Analysis().Scan("demo", image, step.scan))
		j.is(t, step.verdict)
	}
	vulnerability.AllowedCves = []string{"CVE-1"}
	j.policy(t, c)
	j.is(t, "CONFORMANT")
	check(t, j.Analysis().ScanAfter(time.Hour, "demo", image, containeranalysis.Scan{}))
	later.Store(int64(2 * time.Hour))
	j.is(t, "CONFORMANT")
}
