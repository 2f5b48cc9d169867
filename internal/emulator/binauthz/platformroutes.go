package binauthz

import (
	"bytes"
	"encoding/json"
	"net/http"
	"slices"

	binaryauthorization "google.golang.org/api/binaryauthorization/v1"

	"github.com/binauthz/terraform-provider-binauthz/internal/emulator/world"
	"github.com/binauthz/terraform-provider-binauthz/internal/resname"
)

const (
	platformService = "google.cloud.binaryauthorization.v1.PlatformPolicyManagementService/"
	platformParent  = "/v1/projects/{project}/platforms/{platform}/policies"
)

// Routes serves platform policies. No published protobuf describes them. The method names come from
// the service's audit logs (https://cloud.google.com/binary-authorization/docs/audit-logging).
func (a *API) Routes() []world.Route {
	route := func(pattern, method string, answer any, handle func(*http.Request) (any, error)) world.Route {
		return world.Route{Pattern: pattern, Method: platformService + method, Answer: answer, Handle: handle}
	}
	const one = platformParent + "/{policy}"
	policy, list := binaryauthorization.PlatformPolicy{}, binaryauthorization.ListPlatformPoliciesResponse{}
	return []world.Route{
		route("POST "+platformParent, "CreatePlatformPolicy", policy, a.createPlatform),
		route("GET "+platformParent, "ListPlatformPolicies", list, a.listPlatform),
		route("GET "+one, "GetPlatformPolicy", policy, a.getPlatform),
		route("PUT "+one, "ReplacePlatformPolicy", policy, a.replacePlatform),
		route("DELETE "+one, "DeletePlatformPolicy", binaryauthorization.Empty{}, a.deletePlatform),
		route("POST "+one, "EvaluateGkePolicy", binaryauthorization.EvaluateGkePolicyResponse{}, a.evaluate),
	}
}

// platformName is the policy in a request's path. Like the service, it refuses unknown platforms.
func platformName(r *http.Request, policy string) (resname.PlatformPolicy, error) {
	n := resname.PlatformPolicy{Project: r.PathValue("project"), Platform: r.PathValue("platform"), ID: policy}
	if n.Platform != "gke" && n.Platform != "cloudRun" {
		return n, invalid("The platform '%s' is not valid.", n.Platform)
	}
	if !id.MatchString(policy) {
		return n, invalid("The policy id '%s' is not valid.", policy)
	}
	return n, nil
}

func (a *API) platformKey(n resname.PlatformPolicy) string {
	n.Project = a.world.ProjectNumber(n.Project)
	return n.String()
}

// readPlatform decodes a body strictly, like the service.
func readPlatform(r *http.Request) (*binaryauthorization.PlatformPolicy, error) {
	var raw json.RawMessage
	if err := world.ReadJSON(r.Body, &raw); err != nil {
		return nil, err
	}
	var document any
	if err := json.Unmarshal(raw, &document); err == nil && hasNull(document) {
		return nil, invalid("Invalid JSON payload received. A list has a null.")
	}
	p := &binaryauthorization.PlatformPolicy{}
	return p, world.ReadJSON(bytes.NewReader(raw), p)
}

// hasNull reports whether a list in a document has a null. The JSON form of protocol buffers allows
// none.
func hasNull(v any) bool {
	switch v := v.(type) {
	case map[string]any:
		for _, field := range v {
			if hasNull(field) {
				return true
			}
		}
	case []any:
		return slices.ContainsFunc(v, func(element any) bool { return element == nil || hasNull(element) })
	}
	return false
}
