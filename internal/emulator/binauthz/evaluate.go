package binauthz

import (
	"context"
	"encoding/json"
	"net/http"
	"slices"
	"strings"

	binaryauthorization "google.golang.org/api/binaryauthorization/v1"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/binauthz/terraform-provider-binauthz/internal/conformance"
	"github.com/binauthz/terraform-provider-binauthz/internal/emulator/cel"
	"github.com/binauthz/terraform-provider-binauthz/internal/emulator/world"
	"github.com/binauthz/terraform-provider-binauthz/internal/resname"
	"github.com/binauthz/terraform-provider-binauthz/internal/workload"
)

// evaluate evaluates a policy for the pods in a request. Only GKE policies have this method.
func (a *API) evaluate(r *http.Request) (any, error) {
	id, ok := strings.CutSuffix(r.PathValue("policy"), ":evaluate")
	if !ok || r.PathValue("platform") != "gke" {
		return nil, status.Error(codes.NotFound, "Method not found.")
	}
	n, err := platformName(r, id)
	if err != nil {
		return nil, err
	}
	// As in the other methods, the whole request is read before the policy is looked up.
	pods, err := podsIn(r)
	if err != nil {
		return nil, err
	}
	result, err := a.EvaluatePods(r.Context(), n, pods)
	if err != nil {
		return nil, err
	}
	return result.Message(), nil
}

// EvaluatePods evaluates a platform policy for pods, with the evidence of the emulated APIs.
// Errors: NOT_FOUND without the policy.
func (a *API) EvaluatePods(ctx context.Context, n resname.PlatformPolicy, pods []workload.Pod) (conformance.Result, error) {
	policy := a.platformPolicy(n)
	if policy == nil {
		return conformance.Result{}, errNotFound
	}
	evaluator := conformance.Evaluator{Evidence: a.Evidence, Now: a.world.Clock(), Constraint: cel.Holds}
	return evaluator.Evaluate(ctx, policy, pods), nil
}

// platformPolicy returns the stored policy, or nil. Callers must not change it.
func (a *API) platformPolicy(n resname.PlatformPolicy) *binaryauthorization.PlatformPolicy {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.platform[a.platformKey(n)]
}

// accepted are the evaluable kinds of objects: a pod, and the kinds gcloud treats as pod templates.
var accepted = []string{"Pod", "Deployment", "ReplicaSet", "StatefulSet", "DaemonSet", "Job", "ReplicationController"}

// podsIn reads the resource of a request: a Kubernetes object, or a text with one, in JSON or YAML.
func podsIn(r *http.Request) ([]workload.Pod, error) {
	var request struct {
		Resource json.RawMessage `json:"resource"`
	}
	if err := world.ReadJSON(r.Body, &request); err != nil {
		return nil, err
	}
	object := string(request.Resource)
	if strings.HasPrefix(object, `"`) {
		if err := json.Unmarshal(request.Resource, &object); err != nil {
			return nil, invalid("Invalid JSON payload received. %v", err)
		}
	}
	objects, err := workload.ParseObjects(object)
	switch {
	case err != nil:
		return nil, invalid(notValid+"%v", err)
	case len(objects) == 0:
		return nil, invalid(notValid + "resource is required.")
	case len(objects) > 1:
		return nil, invalid(notValid+"resource must be one Kubernetes object, not %d.", len(objects))
	}
	var head struct {
		Kind string `json:"kind"`
	}
	if err := json.Unmarshal(objects[0], &head); err != nil {
		return nil, invalid(notValid+"%v", err)
	}
	if !slices.Contains(accepted, head.Kind) {
		return nil, invalid(notValid+"a resource of kind '%s' cannot be evaluated.", head.Kind)
	}
	pods, err := workload.ParseManifests(object)
	if err != nil {
		return nil, invalid(notValid+"%v", err)
	}
	return pods, nil
}
