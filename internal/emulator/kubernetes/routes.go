package kubernetes

import (
	"io"
	"net/http"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/binauthz/terraform-provider-binauthz/internal/emulator/world"
)

// Routes serves pods. Google has no API for them, so these are methods of the emulator:
//
//	POST   /emulator/v1/projects/{project}/locations/{location}/clusters/{cluster}/pods   the body is a manifest, YAML or JSON
//	DELETE /emulator/v1/projects/{project}/locations/{location}/clusters/{cluster}/namespaces/{namespace}/pods/{pod}
//
//	POST   /emulator/v1/pods:monitor   without a body
//
// The first answers {"pods":[{"name","namespace","admitted","dryRun","message"}]}. A refused pod
// makes it 403, with kubectl's output as the message of the error. The last is Monitor, and answers
// {"entries":N}.
func (a *API) Routes() []world.Route {
	const cluster = "/emulator/v1/projects/{project}/locations/{location}/clusters/{cluster}/"
	return []world.Route{
		{Pattern: "POST " + cluster + "pods", Method: "emulator.v1.Pods/CreatePods", Handle: a.post},
		{Pattern: "DELETE " + cluster + "namespaces/{namespace}/pods/{pod}", Method: "emulator.v1.Pods/DeletePod", Handle: a.delete},
		{Pattern: "POST /emulator/v1/pods:monitor", Method: "emulator.v1.Pods/Monitor", Handle: a.postMonitor},
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

func (a *API) postMonitor(*http.Request) (any, error) {
	written, err := a.Monitor()
	return map[string]int{"entries": written}, err
}

func (a *API) delete(r *http.Request) (any, error) {
	return struct{}{}, a.DeletePod(clusterIn(r), r.PathValue("namespace"), r.PathValue("pod"))
}
