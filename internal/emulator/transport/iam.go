package transport

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"regexp"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

// iamPath matches the REST paths of IAM policies. It captures the collection of a resource of
// Container Analysis or Cloud KMS, and the verb.
var iamPath = regexp.MustCompile(
	`^/v1/projects/[^/]+/(?:policy|attestors/[^/]+|(notes|occurrences)/[^/]+|(locations)/.+):(getIamPolicy|setIamPolicy)$`)

var errNoMethod = status.Error(codes.NotFound, "Method not found.")

// checkIAM refuses what google.iam.v1 has, but not the API of the resource, by the discovery
// documents: only Container Analysis reads a policy with POST, the others with GET. Only Cloud KMS
// has update masks and audit configurations.
func checkIAM(r *http.Request) error {
	parts := iamPath.FindStringSubmatch(r.URL.Path)
	if parts == nil {
		return nil
	}
	analysis, kms, write := parts[1] != "", parts[2] != "", parts[3] == "setIamPolicy"
	switch {
	case write && !kms:
		return checkIAMBody(r)
	case !write && analysis != (r.Method == http.MethodPost):
		return errNoMethod
	}
	return nil
}

func checkIAMBody(r *http.Request) error {
	body, _ := io.ReadAll(r.Body) // other code reports missing parts and invalid JSON
	r.Body = io.NopCloser(bytes.NewReader(body))
	var request struct {
		Mask        any `json:"updateMask"`
		MaskInProto any `json:"update_mask"`
		Policy      struct {
			Configs        any `json:"auditConfigs"`
			ConfigsInProto any `json:"audit_configs"`
		} `json:"policy"`
	}
	_ = json.Unmarshal(body, &request)
	for name, value := range map[string]any{
		"updateMask": request.Mask, "update_mask": request.MaskInProto,
		"auditConfigs": request.Policy.Configs, "audit_configs": request.Policy.ConfigsInProto,
	} {
		if value != nil {
			return unknownName(name)
		}
	}
	return nil
}
