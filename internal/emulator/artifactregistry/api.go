// Package artifactregistry emulates two parts of Artifact Registry: the upload times of images
// (dockerImages.get and list, here over REST only), and the Sigstore signatures of an image. There
// is no registry; methods add the images.
//
// The behavior follows the API's reference
// (https://cloud.google.com/artifact-registry/docs/reference/rest/v1/projects.locations.repositories.dockerImages).
// Where the reference is silent, the emulator takes the stricter reading; the documentation of
// package emulator has the list.
package artifactregistry

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/binauthz/terraform-provider-binauthz/internal/conformance"
	"github.com/binauthz/terraform-provider-binauthz/internal/emulator/world"
)

// API is the state of the emulated service. It is safe for concurrent use. Use New.
type API struct {
	w *world.World

	mu         sync.Mutex
	images     map[place]*stored
	signatures map[place][]conformance.Signature
}

// Image is a pushed image.
type Image struct {
	// URI is registry/repository@sha256:digest, in Artifact Registry or with a host name of
	// Container Registry.
	URI string `json:"uri"`
	// UploadTime is the time of the upload; zero means now.
	UploadTime time.Time `json:"uploadTime"`
	// Tags are its tags. Other images of the same name lose these tags.
	Tags []string `json:"tags"`
}

// stored is the stored form of an image.
type stored struct {
	Image
	updated time.Time
}

// New returns a service without images. It takes time and project numbers from w.
func New(w *world.World) *API {
	return &API{w: w, images: map[place]*stored{}, signatures: map[place][]conformance.Signature{}}
}

// Put adds an image and its repository. An existing image gets the new tags, and the new upload
// time if there is one. Errors: an image outside Artifact Registry or without a digest.
func (a *API) Put(i Image) error {
	at, err := a.place(i.URI)
	if err != nil {
		return err
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	now := a.w.Now().AsTime()
	s := a.images[at]
	if s == nil {
		s = &stored{Image: Image{URI: i.URI, UploadTime: now}}
		a.images[at] = s
	}
	for other, has := range a.images {
		if other.repository == at.repository && other.name == at.name {
			has.Tags = slices.DeleteFunc(has.Tags, func(tag string) bool { return slices.Contains(i.Tags, tag) })
		}
	}
	s.Tags, s.updated = slices.Clone(i.Tags), now
	if !i.UploadTime.IsZero() {
		s.UploadTime = i.UploadTime.UTC()
	}
	return nil
}

// Sign adds a simple-signing signature of Sigstore to an image. The image need not exist. Errors:
// an image outside Artifact Registry or without a digest.
func (a *API) Sign(image string, signatures ...conformance.Signature) error {
	at, err := a.place(image)
	if err != nil {
		return err
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	a.signatures[at] = append(a.signatures[at], signatures...)
	return nil
}

// Delete deletes an image and its signatures. A missing image is no error.
func (a *API) Delete(image string) {
	at, err := a.place(image)
	if err != nil {
		return
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	delete(a.images, at)
	delete(a.signatures, at)
}

// Uploaded returns the upload time of an image, or conformance.ErrNoImage.
func (a *API) Uploaded(image string) (time.Time, error) {
	at, err := a.place(image)
	if err != nil {
		return time.Time{}, fmt.Errorf("%w: %w", conformance.ErrNoImage, err)
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	if s := a.images[at]; s != nil {
		return s.UploadTime, nil
	}
	return time.Time{}, conformance.ErrNoImage
}

// Signatures returns the signatures of an image in the order of their creation.
func (a *API) Signatures(image string) []conformance.Signature {
	at, err := a.place(image)
	if err != nil {
		return nil // signatures count only in Artifact Registry
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	return slices.Clone(a.signatures[at])
}

func invalid(format string, args ...any) error {
	return status.Errorf(codes.InvalidArgument, format, args...)
}

var errNotFound = status.Error(codes.NotFound, "Requested entity was not found.")

// place identifies an image by repository, name and digest.
type place struct {
	repository string // full name, with the project's number
	name       string // the image's own; may contain slashes
	digest     string
}

// hosts maps the host names of Container Registry to the locations of their repositories
// (https://cloud.google.com/artifact-registry/docs/transition/gcr-repositories).
var hosts = map[string]string{"gcr.io": "us", "us.gcr.io": "us", "eu.gcr.io": "europe", "asia.gcr.io": "asia"}

// place parses the pull reference of an image.
func (a *API) place(image string) (place, error) {
	host, path, _ := strings.Cut(strings.TrimPrefix(image, "https://"), "/")
	project, rest, _ := strings.Cut(path, "/")
	if strings.Contains(project, ".") { // project of a domain, "example.com:project" in names
		second, more, _ := strings.Cut(rest, "/")
		project, rest = project+":"+second, more
	}
	location, repository := hosts[host], host
	if location == "" {
		var artifacts bool
		if location, artifacts = strings.CutSuffix(host, "-docker.pkg.dev"); !artifacts {
			return place{}, invalid("%q is not an image of Artifact Registry", image)
		}
		repository, rest, _ = strings.Cut(rest, "/")
	}
	return a.in(project, location, repository, rest)
}

// in returns the place of an image in a repository, from the registry's path and the digest.
func (a *API) in(project, location, repository, image string) (place, error) {
	name, digest, _ := strings.Cut(image, "@")
	if project == "" || location == "" || repository == "" || name == "" || !isDigest(digest) {
		return place{}, invalid("%q is not an image with a digest, such as us-docker.pkg.dev/project/repository/image@sha256:…", image)
	}
	return place{a.repository(project, location, repository), name, digest}, nil
}

func (a *API) repository(project, location, repository string) string {
	return "projects/" + a.w.ProjectNumber(project) + "/locations/" + location + "/repositories/" + repository
}

func isDigest(s string) bool {
	hex, ok := strings.CutPrefix(s, "sha256:")
	return ok && len(hex) == 64 && strings.Trim(hex, "0123456789abcdef") == ""
}
