package gcp

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/binauthz/terraform-provider-binauthz/internal/conformance"
)

const digestOfA = "sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"

// answers are a server's replies by path and query, with queries unescaped. requests are the
// received requests.
type answers struct {
	mu       sync.Mutex
	requests []string
	replies  map[string]string
}

func (a *answers) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	a.mu.Lock()
	defer a.mu.Unlock()
	asked := r.URL.EscapedPath()
	if query := r.URL.Query(); len(query) > 0 {
		asked += " " + query.Get("filter") + " " + query.Get("pageSize") + " " + query.Get("pageToken")
	}
	a.requests = append(a.requests, asked)
	w.Header().Set("Content-Type", "application/json")
	reply, known := a.replies[asked]
	if code, body, isError := strings.Cut(reply, " "); known && isError && len(code) == 3 {
		w.WriteHeader(map[string]int{"403": http.StatusForbidden}[code])
		reply = body
	}
	if !known {
		w.WriteHeader(http.StatusNotFound)
		reply = `{"error":{"code":404,"message":"nothing here","status":"NOT_FOUND"}}`
	}
	_, _ = w.Write([]byte(reply))
}

// evidenceFrom is the evidence of a server with these replies.
func evidenceFrom(t *testing.T, replies map[string]string) (*answers, *ConformanceEvidence) {
	t.Helper()
	a := &answers{replies: replies}
	server := httptest.NewServer(a)
	clients := New(Config{EmulatorHost: server.Listener.Addr().String(), Pause: testPause})
	t.Cleanup(func() {
		if api, made := clients.occurrences.peek(); made {
			api.client.CloseIdleConnections()
		}
		if api, made := clients.artifacts.peek(); made {
			api.client.CloseIdleConnections()
		}
		server.Close()
	})
	return a, clients.ConformanceEvidence(Beside{})
}

// askedFor is the request for a page of the occurrences of a kind.
func askedFor(kind, token string) string {
	if kind == "ATTESTATION" {
		return fmt.Sprintf(`/v1/projects/scans/occurrences kind=%q AND has_suffix(resourceUrl, %q) 1000 %s`, kind, digestOfA, token)
	}
	return fmt.Sprintf(`/v1/projects/scans/occurrences kind=%q AND has_suffix(resourceUrl, %q) 1000 %s`, kind, imageOfA, token)
}

const imageOfA = "us-docker.pkg.dev/acme/prod/web@" + digestOfA

func occurrence(name, kind, uri string) string {
	return fmt.Sprintf(`{"name":%q,"kind":%q,"resourceUri":%q,"noteName":"projects/n/notes/N","remediation":"not read"}`, name, kind, uri)
}

func TestOccurrencesOfAnImageAreReadFromEveryPageOnce(t *testing.T) {
	t.Parallel()
	server, evidence := evidenceFrom(t, map[string]string{
		askedFor("ATTESTATION", ""): `{"occurrences":[` + occurrence("with", "ATTESTATION", "https://"+imageOfA) + `,` +
			occurrence("other repository", "ATTESTATION", "https://us-docker.pkg.dev/acme/prod/copy@"+digestOfA) + `],"nextPageToken":"2"}`,
		askedFor("ATTESTATION", "2"): `{"occurrences":[` + occurrence("without", "ATTESTATION", imageOfA) + `,` +
			occurrence("other kind", "DISCOVERY", imageOfA) + `,` +
			occurrence("with a tag", "ATTESTATION", "https://us-docker.pkg.dev/acme/prod/web:v1@"+digestOfA) + `,` +
			occurrence("other repository with a tag", "ATTESTATION", "us-docker.pkg.dev/acme/prod/web2:v1@"+digestOfA) + `]}`,
		askedFor("DISCOVERY", ""):     `{}`,
		askedFor("VULNERABILITY", ""): `{}`,
		askedFor("BUILD", ""):         `{}`,
	})
	for range 3 {
		got, err := evidence.Occurrences(t.Context(), "scans", "ATTESTATION", imageOfA)
		var names []string
		for _, o := range got {
			names = append(names, o.Name)
		}
		if err != nil || !slices.Equal(names, []string{"with", "without", "with a tag"}) {
			t.Errorf("%v, %v", names, err)
		}
		for _, kind := range []string{"DISCOVERY", "VULNERABILITY", "BUILD"} {
			if none, err := evidence.Occurrences(t.Context(), "scans", kind, imageOfA); err != nil || len(none) != 0 {
				t.Errorf("%v, %v", none, err)
			}
		}
	}
	if want := []string{
		askedFor("ATTESTATION", ""), askedFor("ATTESTATION", "2"), askedFor("DISCOVERY", ""), askedFor("VULNERABILITY", ""),
		askedFor("BUILD", ""),
	}; !slices.Equal(server.requests, want) {
		t.Errorf("asked for %q, want %q", server.requests, want)
	}
}

// TestOccurrencesNameTheImageWithOrWithoutAScheme: one call of each kind returns both.
func TestOccurrencesNameTheImageWithOrWithoutAScheme(t *testing.T) {
	t.Parallel()
	for _, kind := range []string{"DISCOVERY", "VULNERABILITY", "BUILD"} {
		server, evidence := evidenceFrom(t, map[string]string{askedFor(kind, ""): `{"occurrences":[` +
			occurrence("with", kind, "https://"+imageOfA) + `,` + occurrence("without", kind, imageOfA) + `,` +
			occurrence("ends alike", kind, "https://mirror.example/"+imageOfA) + `]}`})
		got, err := evidence.Occurrences(t.Context(), "scans", kind, imageOfA)
		if err != nil || len(got) != 2 || got[0].Name != "with" || got[1].Name != "without" || len(server.requests) != 1 {
			t.Errorf("%s: %v, %v, %q", kind, got, err, server.requests)
		}
	}
}

func TestWhoAsksTogetherIsAnsweredByOneRead(t *testing.T) {
	t.Parallel()
	server, evidence := evidenceFrom(t, map[string]string{askedFor("BUILD", ""): `{}`})
	var together sync.WaitGroup
	for range 20 {
		together.Go(func() {
			if _, err := evidence.Occurrences(t.Context(), "scans", "BUILD", imageOfA); err != nil {
				t.Error(err)
			}
		})
	}
	together.Wait()
	if len(server.requests) != 1 {
		t.Errorf("%d requests", len(server.requests))
	}
}

// TestOccurrencesAreReadInTheirRESTForm: Container Analysis's own form is decoded, for both forms
// of SLSA.
func TestOccurrencesAreReadInTheirRESTForm(t *testing.T) {
	t.Parallel()
	text := fmt.Sprintf(`{"name":"o","kind":"BUILD","resourceUri":%q,"updateTime":"2026-01-02T03:04:05Z",`+
		`"build":{"inTotoSlsaProvenanceV1":{"predicate":{}}},`+
		`"attestation":{"serializedPayload":"aGk=","signatures":[{"signature":"/+8=","publicKeyId":"k"}]},`+
		`"vulnerability":{"effectiveSeverity":"HIGH","fixAvailable":true,"packageIssue":[{"fixedVersion":{"kind":"MAXIMUM"}}]}}`, imageOfA)
	_, evidence := evidenceFrom(t, map[string]string{askedFor("BUILD", ""): `{"occurrences":[` + text + `]}`})
	got, err := evidence.Occurrences(t.Context(), "scans", "BUILD", imageOfA)
	if err != nil || len(got) != 1 {
		t.Fatal(got, err)
	}
	var want conformance.Occurrence
	if err := json.Unmarshal([]byte(text), &want); err != nil {
		t.Fatal(err)
	}
	if a, b := fmt.Sprintf("%+v", *got[0].Attestation), fmt.Sprintf("%+v", *want.Attestation); a != b ||
		string(got[0].Attestation.SerializedPayload) != "hi" {
		t.Errorf("%s, want %s", a, b)
	}
	if string(got[0].Build.InTotoSlsaProvenanceV1) != `{"predicate":{}}` ||
		got[0].Vulnerability.PackageIssue[0].FixedVersion.Kind != "MAXIMUM" {
		t.Errorf("%+v", got[0])
	}
}

func TestEvidenceThatCannotBeReadIsAnError(t *testing.T) {
	t.Parallel()
	denied := `403 {"error":{"code":403,"message":"no","status":"PERMISSION_DENIED"}}`
	upload := "/v1/projects/acme/locations/us/repositories/prod/dockerImages/web@" + digestOfA
	for name, c := range map[string]struct {
		asked, reply string
		kind         Kind
		remedy       string
	}{
		"denied": {
			askedFor("BUILD", ""),
			denied,
			KindDenied,
			"containeranalysis.occurrences.list is missing. The role roles/containeranalysis.occurrences.viewer grants it: gcloud " +
				"projects add-iam-policy-binding scans",
		},
		"no project": {"", "", KindNotFound, ""},
		"null":       {askedFor("BUILD", ""), `{"occurrences":[null]}`, KindFailed, "Check the address"},
		"no base64": {
			askedFor("BUILD", ""), `{"occurrences":[{"attestation":{"serializedPayload":"*"}}]}`, KindFailed, "Check the address",
		},
		"no list": {askedFor("BUILD", ""), `{"occurrences":{}}`, KindFailed, "Check the address"},
		"upload denied": {
			upload,
			denied,
			KindDenied,
			"artifactregistry.dockerimages.get is missing on projects/acme/locations/us/repositories/prod. The role " +
				"roles/artifactregistry.reader grants it: gcloud artifacts repositories add-iam-policy-binding prod --project=acme " +
				"--location=us --member=MEMBER",
		},
		"upload never":      {upload, `{}`, KindFailed, "Check the address"},
		"upload of no time": {upload, `{"uploadTime":"yesterday"}`, KindFailed, "Check the address"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, evidence := evidenceFrom(t, map[string]string{c.asked: c.reply})
			read := func() error {
				_, err := evidence.Occurrences(t.Context(), "scans", "BUILD", imageOfA)
				return err
			}
			if strings.HasPrefix(name, "upload") {
				read = func() error { _, err := evidence.Uploaded(t.Context(), imageOfA); return err }
			}
			err := read()
			expectKind(t, err, c.kind)
			if e, ok := errors.AsType[*Error](err); ok && !strings.Contains(e.Remedy, c.remedy) {
				t.Errorf("the remedy is %q", e.Remedy)
			}
		})
	}
	_, evidence := evidenceFrom(t, nil)
	_, err := evidence.Occurrences(t.Context(), "scans", "BUILD", "us-docker.pkg.dev/acme/prod/web:v1")
	expectKind(t, err, KindInvalid)
}

func TestTheTimeOfAnUploadIsThatOfArtifactRegistry(t *testing.T) {
	t.Parallel()
	for image, name := range map[string]string{
		"europe-west1-docker.pkg.dev/acme/prod/web":   "projects/acme/locations/europe-west1/repositories/prod/dockerImages/web",
		"us-docker.pkg.dev/acme/prod/team/sub/web":    "projects/acme/locations/us/repositories/prod/dockerImages/team%2Fsub%2Fweb",
		"us-docker.pkg.dev/example.com/acme/prod/web": "projects/example.com:acme/locations/us/repositories/prod/dockerImages/web",
		"gcr.io/acme/web":                           "projects/acme/locations/us/repositories/gcr.io/dockerImages/web",
		"us.gcr.io/acme/web":                        "projects/acme/locations/us/repositories/us.gcr.io/dockerImages/web",
		"eu.gcr.io/acme/team/web":                   "projects/acme/locations/europe/repositories/eu.gcr.io/dockerImages/team%2Fweb",
		"asia.gcr.io/example.com/acme/web":          "projects/example.com:acme/locations/asia/repositories/asia.gcr.io/dockerImages/web",
		"docker.io/library/nginx":                   "",
		"evil-docker.pkg.dev.example/acme/prod/web": "",
		"k8s.gcr.io/pause":                          "",
		"us-docker.pkg.dev/acme/prod":               "",
		"-docker.pkg.dev/acme/prod/web":             "",
		"gcr.io/acme":                               "",
	} {
		t.Run(image, func(t *testing.T) {
			t.Parallel()
			at := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
			server, evidence := evidenceFrom(t, map[string]string{"/v1/" + name + "@" + digestOfA: `{"uploadTime":"2026-01-02T03:04:05Z"}`})
			got, err := evidence.Uploaded(t.Context(), image+"@"+digestOfA)
			if name == "" {
				expectKind(t, err, KindInvalid)
				if len(server.requests) > 0 {
					t.Errorf("asked for %q", server.requests)
				}
				return
			}
			if err != nil || !got.Equal(at) {
				t.Errorf("%v, %v; asked for %q", got, err, server.requests)
			}
			if _, err = evidence.Uploaded(t.Context(), image+"@"+digestOfA); err != nil || len(server.requests) != 1 {
				t.Errorf("asked for %q", server.requests)
			}
		})
	}
	_, evidence := evidenceFrom(t, nil)
	if _, err := evidence.Uploaded(t.Context(), imageOfA); !errors.Is(err, conformance.ErrNoImage) || !IsKind(err, KindNotFound) {
		t.Error(err)
	}
}

func TestSignaturesAreReadOnce(t *testing.T) {
	t.Parallel()
	n, bundles := 0, 0
	evidence := New(Config{}).ConformanceEvidence(Beside{
		Signatures: func(context.Context, string) ([]conformance.Signature, error) {
			n++
			return []conformance.Signature{{Payload: []byte("p")}}, nil
		},
		Bundled: func(context.Context, string) (bool, error) {
			bundles++
			return true, nil
		},
	})
	for range 2 {
		if got, err := evidence.Signatures(t.Context(), imageOfA); err != nil || len(got) != 1 || n != 1 {
			t.Errorf("%v, %v, read %d times", got, err, n)
		}
		if got, err := evidence.Bundled(t.Context(), imageOfA); err != nil || !got || bundles != 1 {
			t.Errorf("%v, %v, read %d times", got, err, bundles)
		}
	}
}

func TestSignaturesOfAnImageThatIsNotThere(t *testing.T) {
	t.Parallel()
	evidence := New(Config{}).ConformanceEvidence(Beside{Signatures: func(context.Context, string) ([]conformance.Signature, error) {
		return nil, &Error{Kind: KindNotFound, Method: "GetManifest", Resource: imageOfA}
	}})
	if _, err := evidence.Signatures(t.Context(), imageOfA); !errors.Is(err, conformance.ErrNoImage) || !IsKind(err, KindNotFound) {
		t.Errorf("%v", err)
	}
}
