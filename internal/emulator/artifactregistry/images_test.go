package artifactregistry_test

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"go.uber.org/goleak"
	client "google.golang.org/api/artifactregistry/v1"
	"google.golang.org/api/googleapi"
	"google.golang.org/api/option"

	"github.com/binauthz/terraform-provider-binauthz/internal/conformance"
	"github.com/binauthz/terraform-provider-binauthz/internal/emulator"
	"github.com/binauthz/terraform-provider-binauthz/internal/emulator/artifactregistry"
	"github.com/binauthz/terraform-provider-binauthz/internal/emulator/fault"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const (
	digest  = "@sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
	digest2 = "@sha256:60303ae22b998861bce3b28f33eec1be758a213c86c93c076dbe9f558c11c752"
	parent  = "projects/demo/locations/us/repositories/app"
	image   = "us-docker.pkg.dev/demo/app/web" + digest
)

var uploaded = time.Date(2026, 1, 2, 3, 4, 5, 678000, time.UTC)

type bench struct {
	*emulator.Server
	images *client.ProjectsLocationsRepositoriesDockerImagesService
	http   *http.Client
}

func start(t *testing.T) *bench {
	t.Helper()
	s, err := emulator.Start(emulator.Options{})
	check(t, err)
	b := &bench{Server: s, http: &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}}
	t.Cleanup(func() { _ = s.Close() })
	c, err := client.NewService(t.Context(), option.WithEndpoint("http://"+s.Addr()), option.WithHTTPClient(b.http))
	check(t, err)
	b.images = c.Projects.Locations.Repositories.DockerImages
	return b
}

func check(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func refused(t *testing.T, err error, code int) {
	t.Helper()
	if e, ok := errors.AsType[*googleapi.Error](err); !ok || e.Code != code {
		t.Errorf("got %v, want %d", err, code)
	}
}

// send is a request by hand.
func (b *bench) send(t *testing.T, method, path, body string) (code int, answer string) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), method, "http://"+b.Addr()+path, strings.NewReader(body))
	check(t, err)
	r.Header.Set("Content-Type", "application/json")
	reply, err := b.http.Do(r)
	check(t, err)
	defer func() { _ = reply.Body.Close() }()
	text, err := io.ReadAll(reply.Body)
	check(t, err)
	return reply.StatusCode, string(text)
}

func TestGetImage(t *testing.T) {
	t.Parallel()
	b := start(t)
	for uri, name := range map[string]string{
		image: parent + "/dockerImages/web" + digest,
		"us-docker.pkg.dev/demo/app/team/web" + digest: parent + "/dockerImages/team%2Fweb" + digest,
		"europe-west1-docker.pkg.dev/demo/app/web" + digest: "projects/demo" +
			"/locations/europe-west1/repositories/app/dockerImages/web" + digest,
		"gcr.io/demo/web" + digest:         "projects/demo/locations/us/repositories/gcr.io/dockerImages/web" + digest,
		"us.gcr.io/demo/web" + digest:      "projects/demo/locations/us/repositories/us.gcr.io/dockerImages/web" + digest,
		"eu.gcr.io/demo/team/web" + digest: "projects/demo/locations/europe/repositories/eu.gcr.io/dockerImages/team%2Fweb" + digest,
		"asia.gcr.io/demo/web" + digest:    "projects/demo/locations/asia/repositories/asia.gcr.io/dockerImages/web" + digest,
		"us-docker.pkg.dev/example.com/demo/app/web" + digest: "projects/example.com:demo" +
			"/locations/us/repositories/app/dockerImages/web" + digest,
		"https://us-docker.pkg.dev/demo/other/app/web" + digest: "projects/demo" +
			"/locations/us/repositories/other/dockerImages/app%2Fweb" + digest,
	} {
		check(t, b.Artifacts().Put(artifactregistry.Image{URI: uri, UploadTime: uploaded, Tags: []string{"v1"}}))
		got, err := b.images.Get(name).Context(t.Context()).Do()
		if err != nil || got.Name != name || got.Uri != strings.TrimPrefix(uri, "https://") ||
			got.UploadTime != "2026-01-02T03:04:05.000678Z" ||
			!slices.Equal(got.Tags, []string{"v1"}) {
			t.Errorf("%s: %+v, %v", uri, got, err)
		}
		if code, answer := b.send(t, http.MethodGet, "/v1/"+name, ""); code != 200 || !strings.Contains(answer, name) {
			t.Errorf("%s: %d %s", name, code, answer)
		}
		if at, err := b.Artifacts().Uploaded(uri); err != nil || !at.Equal(uploaded) {
			t.Errorf("%s: %v, %v", uri, at, err)
		}
	}
	byNumber := "projects/" + b.World().ProjectNumber("demo") + "/locations/us/repositories/app/dockerImages/web" + digest
	if got, err := b.images.Get(byNumber).Context(t.Context()).Do(); err != nil || got.Name != byNumber {
		t.Errorf("%+v, %v", got, err)
	}
	_, err := b.images.Get(parent + "/dockerImages/web" + digest2).Context(t.Context()).Do()
	refused(t, err, 404)
	_, err = b.images.Get(parent + "/dockerImages/web:v1").Context(t.Context()).Do()
	refused(t, err, 400)
	b.Artifacts().Delete(image)
	_, err = b.images.Get(parent + "/dockerImages/web" + digest).Context(t.Context()).Do()
	refused(t, err, 404)
}

func TestListImages(t *testing.T) {
	t.Parallel()
	b := start(t)
	var seconds atomic.Int64
	b.World().Clock = func() time.Time { return uploaded.Add(time.Duration(seconds.Load()) * time.Second) }
	for _, uri := range []string{"web" + digest2, "web" + digest, "api" + digest} {
		seconds.Add(1)
		check(t, b.Artifacts().Put(artifactregistry.Image{URI: "us-docker.pkg.dev/demo/app/" + uri, Tags: []string{"latest"}}))
	}
	check(t, b.Artifacts().Put(artifactregistry.Image{URI: "us-docker.pkg.dev/demo/app2/web" + digest}))
	for order, want := range map[string]string{
		"":                 "api" + digest + " web" + digest2 + " web" + digest,
		"update_time":      "web" + digest2 + " web" + digest + " api" + digest,
		"update_time desc": "api" + digest + " web" + digest + " web" + digest2,
	} {
		var names, tagged []string
		err := b.images.List(parent).OrderBy(order).PageSize(2).Pages(t.Context(), func(page *client.ListDockerImagesResponse) error {
			if len(page.DockerImages) > 2 {
				t.Errorf("%d on a page", len(page.DockerImages))
			}
			for _, i := range page.DockerImages {
				name := strings.TrimPrefix(i.Name, parent+"/dockerImages/")
				if names = append(names, name); len(i.Tags) > 0 {
					tagged = append(tagged, name)
				}
			}
			return nil
		})
		if err != nil || strings.Join(names, " ") != want {
			t.Errorf("by %q: %q, %v", order, names, err)
		}
		if slices.Sort(tagged); !slices.Equal(tagged, []string{"api" + digest, "web" + digest}) {
			t.Errorf("tagged: %q", tagged)
		}
	}
	_, err := b.images.List(parent).OrderBy("size").Context(t.Context()).Do()
	refused(t, err, 400)
	_, err = b.images.List(parent + "3").Context(t.Context()).Do()
	refused(t, err, 404)
	if code, answer := b.send(t, http.MethodGet, "/v1/"+parent+"/dockerImages?pageSize=x", ""); code != 400 {
		t.Errorf("%d %s", code, answer)
	}
	_, err = b.images.List(parent).PageToken("odd").Context(t.Context()).Do()
	refused(t, err, 400)
}

func TestMasksOfImages(t *testing.T) {
	t.Parallel()
	b := start(t)
	check(t, b.Artifacts().Put(artifactregistry.Image{URI: image}))
	name := parent + "/dockerImages/web" + digest
	if got, err := b.images.Get(name).Fields("uri").Context(t.Context()).Do(); err != nil || got.Uri != image || got.Name != "" {
		t.Errorf("%+v, %v", got, err)
	}
	_, err := b.images.Get(name).Fields("url").Context(t.Context()).Do()
	refused(t, err, 400)
	_, err = b.images.List(parent).Fields("dockerImages(url)").Context(t.Context()).Do()
	refused(t, err, 400)
}

func TestPutAgain(t *testing.T) {
	t.Parallel()
	b := start(t)
	check(t, b.Artifacts().Put(artifactregistry.Image{URI: image, UploadTime: uploaded, Tags: []string{"v1"}}))
	check(t, b.Artifacts().Put(artifactregistry.Image{URI: image, Tags: []string{"v2"}}))
	got, err := b.images.Get(parent + "/dockerImages/web" + digest).Context(t.Context()).Do()
	if err != nil || !slices.Equal(got.Tags, []string{"v2"}) || got.UploadTime != "2026-01-02T03:04:05.000678Z" {
		t.Errorf("%+v, %v", got, err)
	}
}

func TestImagesOverHTTP(t *testing.T) {
	t.Parallel()
	b := start(t)
	signed, err := json.Marshal(map[string]any{"uri": image, "payload": []byte("payload"), "signature": []byte{0xff, 0}})
	check(t, err)
	for _, sent := range []struct {
		path, body string
		code       int
	}{
		{"", `{"uri":"` + image + `","uploadTime":"2026-01-02T03:04:05.000678Z","tags":["v1"]}`, 200},
		{":sign", string(signed), 200},
		{"", `{"uri":"us-docker.pkg.dev/demo/app/web:v1"}`, 400},
		{"", `{"uri":"docker.io/library/web` + digest + `"}`, 400},
		{"", `{"uri":"us-docker.pkg.dev/demo/web` + digest + `"}`, 400},
		{"", `{"uri":"` + image + `","odd":1}`, 400},
		{":sign", `{"uri":"web"}`, 400},
		{":sign", `{"uri":"` + image + `","payload":"*"}`, 400},
	} {
		if code, answer := b.send(t, http.MethodPost, "/emulator/v1/images"+sent.path, sent.body); code != sent.code {
			t.Errorf("%s %s: %d %s", sent.path, sent.body, code, answer)
		}
	}
	if at, err := b.Artifacts().Uploaded(image); err != nil || !at.Equal(uploaded) {
		t.Errorf("%v, %v", at, err)
	}
	found := b.Artifacts().Signatures("https://" + image)
	if len(found) != 1 || string(found[0].Payload) != "payload" || base64.StdEncoding.EncodeToString(found[0].Signature) != "/wA=" {
		t.Errorf("%v", found)
	}
}

func TestWhatIsNotThere(t *testing.T) {
	t.Parallel()
	b := start(t)
	for _, uri := range []string{image, "docker.io/library/web" + digest, "us-docker.pkg.dev/demo/app/web:v1"} {
		if _, err := b.Artifacts().Uploaded(uri); !errors.Is(err, conformance.ErrNoImage) {
			t.Errorf("%s: %v", uri, err)
		}
		if found := b.Artifacts().Signatures(uri); len(found) != 0 {
			t.Errorf("%s: %v", uri, found)
		}
	}
}

func TestFaults(t *testing.T) {
	t.Parallel()
	b := start(t)
	name := parent + "/dockerImages/web" + digest
	for kind, want := range map[fault.Kind]string{
		"permission_denied":   "Permission 'artifactregistry.dockerimages.get' denied on resource '" + name + "' (or it may not exist).",
		fault.ServiceDisabled: "artifactregistry.googleapis.com",
	} {
		check(t, b.Inject(fault.Fault{Method: "GetDockerImage", Kind: kind}))
		_, err := b.images.Get(name).Context(t.Context()).Do()
		refused(t, err, 403)
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q", kind, err, want)
		}
	}
}
