package gcp

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/binauthz/terraform-provider-binauthz/internal/conformance"
)

// artifactsAPI is a REST client, because the service is used for one method
// (https://cloud.google.com/artifact-registry/docs/reference/rest/v1/projects.locations.repositories.dockerImages/get).
func (c *Clients) artifactsAPI() (*restAPI, error) {
	return c.artifacts.get(func() (*restAPI, error) {
		return newRESTAPI(c, "artifactregistry", c.config.Endpoints.ArtifactRegistry)
	})
}

// artifactImage is an image in a repository of Artifact Registry.
type artifactImage struct {
	project, location, repository string
	// name is the rest of the path with the digest: "team/web@sha256:…".
	name string
}

// gcrLocations maps the host names of Container Registry to the locations of their repositories
// (https://cloud.google.com/artifact-registry/docs/transition/gcr-repositories).
var gcrLocations = map[string]string{"gcr.io": "us", "us.gcr.io": "us", "eu.gcr.io": "europe", "asia.gcr.io": "asia"}

// parseArtifactImage reads "LOCATION-docker.pkg.dev/PROJECT/REPOSITORY/IMAGE@DIGEST" or
// "gcr.io/PROJECT/IMAGE@DIGEST". The project of a domain is "example.com/PROJECT" in a path and
// "example.com:PROJECT" in names.
func parseArtifactImage(image string) (artifactImage, error) {
	host, path, _ := strings.Cut(image, "/")
	var i artifactImage
	i.project, path, _ = strings.Cut(path, "/")
	if strings.Contains(i.project, ".") {
		id, rest, _ := strings.Cut(path, "/")
		i.project, path = i.project+":"+id, rest
	}
	location, inArtifactRegistry := strings.CutSuffix(host, "-docker.pkg.dev")
	switch {
	case gcrLocations[host] != "":
		i.location, i.repository, i.name = gcrLocations[host], host, path
	case inArtifactRegistry:
		i.location = location
		i.repository, i.name, _ = strings.Cut(path, "/")
	default:
		return i, &Error{
			Kind: KindInvalid, Method: getDockerImage.name, Resource: image,
			Message: fmt.Sprintf("%s is not in Artifact Registry, the only registry with upload times", host),
			Remedy: "Images in other registries cannot conform to a check of their age. " +
				"Exempt them by an allowlist, or copy them to Artifact Registry.",
		}
	}
	name, digest, _ := strings.Cut(i.name, "@")
	if name == "" || digest == "" || i.project == "" || i.repository == "" || i.location == "" {
		return i, &Error{
			Kind: KindInvalid, Method: getDockerImage.name, Resource: image,
			Message: fmt.Sprintf("%q is no image of Artifact Registry with a digest", image),
			Remedy:  "Name it as in us-docker.pkg.dev/PROJECT/REPOSITORY/IMAGE@sha256:…",
		}
	}
	return i, nil
}

func (i artifactImage) repositoryName() string {
	return "projects/" + i.project + "/locations/" + i.location + "/repositories/" + i.repository
}

// String is the resource name. It escapes the slashes of the image's own name.
func (i artifactImage) String() string {
	return i.repositoryName() + "/dockerImages/" + url.PathEscape(i.name)
}

// uploadTime returns the time of an image's upload to Artifact Registry.
func (c *Clients) uploadTime(ctx context.Context, image string) (time.Time, error) {
	i, err := parseArtifactImage(image)
	if err != nil {
		return time.Time{}, err
	}
	api, err := c.artifactsAPI()
	if err != nil {
		return time.Time{}, err
	}
	at, err := run(ctx, c, call[time.Time]{
		method: getDockerImage, resource: i.String(), project: i.project,
		send: func(ctx context.Context) (time.Time, error) {
			var reply struct {
				UploadTime string `json:"uploadTime"`
			}
			if err := api.do(ctx, http.MethodGet, "v1/"+i.String(), nil, &reply); err != nil {
				return time.Time{}, err
			}
			at, err := time.Parse(time.RFC3339Nano, reply.UploadTime)
			if err != nil {
				return time.Time{}, broken(c.hostOf(serviceArtifacts), "an image without the time of its upload")
			}
			return at, nil
		},
	})
	grant := fmt.Sprintf("gcloud artifacts repositories add-iam-policy-binding %s --project=%s --location=%s",
		i.repository, i.project, i.location)
	return at, deniedOn(err, getDockerImage, i.repositoryName(), grant)
}

// noImage turns NOT_FOUND of a registry into conformance.ErrNoImage.
func noImage(err error) error {
	if IsKind(err, KindNotFound) {
		return fmt.Errorf("%w: %w", conformance.ErrNoImage, err)
	}
	return err
}
