package binauthz

import (
	"bytes"
	"encoding/json"
	"net/http"

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
	if err := json.Unmarshal(raw, &document); err == nil {
		if err := checkDocument(document); err != nil {
			return nil, err
		}
	}
	p := &binaryauthorization.PlatformPolicy{}
	return p, world.ReadJSON(bytes.NewReader(raw), p)
}

// checkDocument refuses parts of a body that are lost in its Go type: a null in a list, which the
// JSON form of protocol buffers does not allow, and an alwaysDeny of false. Google documents that
// the latter cannot be false.
func checkDocument(v any) error {
	switch v := v.(type) {
	case map[string]any:
		if isFalse(v["alwaysDeny"]) || isFalse(v["always_deny"]) {
			return invalid(notValid + "alwaysDeny cannot be false.")
		}
		for _, field := range v {
			if err := checkDocument(field); err != nil {
				return err
			}
		}
	case []any:
		for _, element := range v {
			if element == nil {
				return invalid("Invalid JSON payload received. A list has a null.")
			}
			if err := checkDocument(element); err != nil {
				return err
			}
		}
	}
	return nil
}

func isFalse(v any) bool {
	set, isBool := v.(bool)
	return isBool && !set
}
