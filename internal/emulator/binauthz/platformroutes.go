package binauthz

import (
	"encoding/json"
	"io"
	"net/http"
	"regexp"
	"strings"

	binaryauthorization "google.golang.org/api/binaryauthorization/v1"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/binauthz/terraform-provider-binauthz/internal/emulator/world"
	"github.com/binauthz/terraform-provider-binauthz/internal/resname"
)

const (
	platformService = "google.cloud.binaryauthorization.v1.PlatformPolicyManagementService/"
	platformParent  = "/v1/projects/{project}/platforms/{platform}/policies"
)

// Routes serves platform policies, which no published protobuf describes. The method names are those of the service's audit logs
// (https://cloud.google.com/binary-authorization/docs/audit-logging).
func (a *API) Routes() []world.Route {
	return []world.Route{
		{Pattern: "POST " + platformParent, Method: platformService + "CreatePlatformPolicy", Handle: a.createPlatform},
		{Pattern: "GET " + platformParent, Method: platformService + "ListPlatformPolicies", Handle: a.listPlatform},
		{Pattern: "GET " + platformParent + "/{policy}", Method: platformService + "GetPlatformPolicy", Handle: a.getPlatform},
		{Pattern: "PUT " + platformParent + "/{policy}", Method: platformService + "ReplacePlatformPolicy", Handle: a.replacePlatform},
		{Pattern: "DELETE " + platformParent + "/{policy}", Method: platformService + "DeletePlatformPolicy", Handle: a.deletePlatform},
		{Pattern: "POST " + platformParent + "/{policy}", Method: platformService + "EvaluateGkePolicy", Handle: a.evaluate},
	}
}

// evaluate does not say anything about a workload yet.
func (a *API) evaluate(r *http.Request) (any, error) {
	if !strings.HasSuffix(r.PathValue("policy"), ":evaluate") {
		return nil, status.Error(codes.NotFound, "Method not found.")
	}
	return nil, status.Error(codes.Unimplemented, "Evaluation of GKE policies is not emulated.")
}

// platformName is the policy a request's path names. Which platforms exist is checked, because others are refused by the service.
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

var unknownField = regexp.MustCompile(`unknown field "([^"]*)"`)

// readPlatform decodes a body strictly, as the service does.
func readPlatform(r *http.Request) (*binaryauthorization.PlatformPolicy, error) {
	p := &binaryauthorization.PlatformPolicy{}
	decoder := json.NewDecoder(r.Body)
	decoder.DisallowUnknownFields()
	err := decoder.Decode(p)
	if err == nil || err == io.EOF {
		return p, nil
	}
	if m := unknownField.FindStringSubmatch(err.Error()); m != nil {
		return nil, invalid(`Invalid JSON payload received. Unknown name "%s": Cannot find field.`, m[1])
	}
	return nil, invalid("Invalid JSON payload received. %v", err)
}
