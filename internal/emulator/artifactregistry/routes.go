package artifactregistry

import (
	"cmp"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	artifactregistry "google.golang.org/api/artifactregistry/v1"

	"github.com/binauthz/terraform-provider-binauthz/internal/conformance"
	"github.com/binauthz/terraform-provider-binauthz/internal/emulator/world"
)

// Routes serves images, and two methods of the emulator that add images and signatures:
//
//	POST /emulator/v1/images        {"uri", "uploadTime", "tags"}
//	POST /emulator/v1/images:sign   {"uri", "payload", "signature"}, the latter two in base64
func (a *API) Routes() []world.Route {
	const (
		service = "google.devtools.artifactregistry.v1.ArtifactRegistry/"
		images  = "GET /v1/projects/{project}/locations/{location}/repositories/{repository}/dockerImages"
	)
	return []world.Route{
		{Pattern: images, Method: service + "ListDockerImages", Answer: artifactregistry.ListDockerImagesResponse{}, Handle: a.list},
		{Pattern: images + "/{image}", Method: service + "GetDockerImage", Answer: artifactregistry.DockerImage{}, Handle: a.get},
		{Pattern: "POST /emulator/v1/images", Method: "emulator.v1.Images/Put", Handle: a.post},
		{Pattern: "POST /emulator/v1/images:sign", Method: "emulator.v1.Images/Sign", Handle: a.postSignature},
	}
}

// parent is the repository in a request's path. It keeps the spelling of the project.
func parent(r *http.Request) string {
	return "projects/" + r.PathValue("project") + "/locations/" + r.PathValue("location") + "/repositories/" + r.PathValue("repository")
}

func (a *API) get(r *http.Request) (any, error) {
	// A slash in an image name is %2F in the resource name. Clients may escape it again in a URL.
	image, err := url.PathUnescape(r.PathValue("image"))
	if err != nil {
		return nil, invalid("%q is not the name of an image", r.PathValue("image"))
	}
	at, err := a.in(r.PathValue("project"), r.PathValue("location"), r.PathValue("repository"), image)
	if err != nil {
		return nil, err
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	if s := a.images[at]; s != nil {
		return s.message(parent(r), at), nil
	}
	return nil, errNotFound
}

func (s *stored) message(parent string, at place) *artifactregistry.DockerImage {
	return &artifactregistry.DockerImage{
		Name: parent + "/dockerImages/" + strings.ReplaceAll(at.name, "/", "%2F") + "@" + at.digest,
		Uri:  strings.TrimPrefix(s.URI, "https://"), Tags: slices.Clone(s.Tags), UploadTime: s.UploadTime.Format(time.RFC3339Nano),
		UpdateTime: s.updated.Format(time.RFC3339Nano), MediaType: "application/vnd.docker.distribution.manifest.v2+json",
	}
}

// Page sizes of ListDockerImagesRequest.
const standardPage, maxPage = 100, 1000

func (a *API) list(r *http.Request) (any, error) {
	q := r.URL.Query()
	size, err := strconv.ParseInt(cmp.Or(q.Get("pageSize"), "0"), 10, 32)
	if err != nil {
		return nil, invalid("Invalid value at 'page_size' (TYPE_INT32), \"%s\"", q.Get("pageSize"))
	}
	order, ok := orders[q.Get("orderBy")]
	if !ok {
		return nil, invalid("order_by %q is not supported", q.Get("orderBy"))
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	places := a.imagesOf(a.repository(r.PathValue("project"), r.PathValue("location"), r.PathValue("repository")))
	if len(places) == 0 {
		return nil, errNotFound
	}
	slices.SortStableFunc(places, func(x, y place) int { return order(a.images[x], a.images[y]) })
	standard := standardPage
	if size > 0 {
		standard = maxPage
	}
	page, next, err := world.Page(a.w, places, int32(size), standard, q.Get("pageToken"))
	if err != nil {
		return nil, err
	}
	answer := &artifactregistry.ListDockerImagesResponse{NextPageToken: next}
	for _, at := range page {
		answer.DockerImages = append(answer.DockerImages, a.images[at].message(parent(r), at))
	}
	return answer, nil
}

// orders are the supported orders of a list. The default is by name.
var orders = map[string]func(x, y *stored) int{
	"":                 func(_, _ *stored) int { return 0 },
	"name":             func(_, _ *stored) int { return 0 },
	"update_time":      func(x, y *stored) int { return x.updated.Compare(y.updated) },
	"update_time desc": func(x, y *stored) int { return y.updated.Compare(x.updated) },
}

// imagesOf returns the images of a repository, sorted by name and digest.
func (a *API) imagesOf(repository string) (found []place) {
	for at := range a.images {
		if at.repository == repository {
			found = append(found, at)
		}
	}
	slices.SortFunc(found, func(x, y place) int { return cmp.Or(cmp.Compare(x.name, y.name), cmp.Compare(x.digest, y.digest)) })
	return found
}

func (a *API) post(r *http.Request) (any, error) {
	var i Image
	if err := world.ReadJSON(r.Body, &i); err != nil {
		return nil, err
	}
	return struct{}{}, a.Put(i)
}

func (a *API) postSignature(r *http.Request) (any, error) {
	var sent struct {
		URI       string `json:"uri"`
		Payload   []byte `json:"payload"`
		Signature []byte `json:"signature"`
	}
	if err := world.ReadJSON(r.Body, &sent); err != nil {
		return nil, err
	}
	return struct{}{}, a.Sign(sent.URI, conformance.Signature{Payload: sent.Payload, Signature: sent.Signature})
}
