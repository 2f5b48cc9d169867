package kubernetes

import (
	"io"
	"net/http"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/binauthz/terraform-provider-binauthz/internal/emulator/world"
)

// Routes serves what has no Google API here: pods are made and deleted by methods of the emulator's own, beside Google's.
//
//	POST   /emulator/v1/projects/{project}/locations/{location}/clusters/{cluster}/pods   the body is a manifest, YAML or JSON
//	DELETE /emulator/v1/projects/{project}/locations/{location}/clusters/{cluster}/namespaces/{namespace}/pods/{pod}
//
// The first answers {"pods":[{"name","namespace","admitted","dryRun","message"}]}. A pod that is refused makes it 403, with what kubectl
// prints as the message of the error.
func (a *API) Routes() []world.Route {
	const cluster = "/emulator/v1/projects/{project}/locations/{location}/clusters/{cluster}/"
	return []world.Route{
		{Pattern: "POST " + cluster + "pods", Method: "emulator.v1.Pods/CreatePods", Handle: a.post},
		{Pattern: "DELETE " + cluster + "namespaces/{namespace}/pods/{pod}", Method: "emulator.v1.Pods/DeletePod", Handle: a.delete},
	}
}

func clusterIn(r *http.Request) string {
	return "projects/" + r.PathValue("project") + "/locations/" + r.PathValue("location") + "/clusters/" + r.PathValue("cluster")
}

type answer struct {
	Pods []PodResult `json:"pods"`
}

func (a *API) post(r *http.Request) (any, error) {
	manifest, err := io.ReadAll(r.Body)
	if err != nil {
		return nil, status.Error(codes.InvalidArgument, err.Error())
	}
	pods, err := a.CreatePods(clusterIn(r), manifest)
	if err != nil {
		return nil, err
	}
	if p := worst(pods); !p.Admitted && p.Message != "" {
		return nil, status.Error(codes.PermissionDenied, p.Message)
	}
	return answer{Pods: append([]PodResult{}, pods...)}, nil
}

func (a *API) delete(r *http.Request) (any, error) {
	return struct{}{}, a.DeletePod(clusterIn(r), r.PathValue("namespace"), r.PathValue("pod"))
}
