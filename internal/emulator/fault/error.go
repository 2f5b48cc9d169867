package fault

import (
	"cmp"
	"fmt"
	"maps"
	"strings"

	"google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/protoadapt"
	"google.golang.org/protobuf/types/known/durationpb"
)

// messages are the texts of Google's front end for errors from outside the method itself.
var messages = map[codes.Code]string{
	codes.Unavailable:      "The service is currently unavailable.",
	codes.DeadlineExceeded: "Deadline expired before operation could complete.",
	codes.Internal:         "Internal error encountered.",
	codes.Unauthenticated: "Request had invalid authentication credentials. Expected OAuth 2 access token, login cookie or other " +
		"valid authentication credential. See https://developers.google.com/identity/sign-in/web/devconsole-project.",
	codes.Aborted:           "The operation was aborted.",
	codes.ResourceExhausted: "Resource has been exhausted (e.g. check quota).",
	codes.NotFound:          "Requested entity was not found.",
	codes.PermissionDenied:  "The caller does not have permission",
	codes.AlreadyExists:     "Requested entity already exists",
}

func (f Fault) err(t Target) error {
	kind := f.Kind.bare()
	code := kindCodes[string(kind)]
	t.Permission = cmp.Or(f.Permission, t.permission())
	st := status.New(code, message(kind, code, t))
	var details []protoadapt.MessageV1
	if info := errorInfo(kind, code, t); info != nil {
		details = append(details, info)
	}
	if kind == OrgPolicy {
		st = status.New(code, f.orgPolicyMessage())
		details = append(details, f.orgPolicyInfo())
	}
	if f.Retry > 0 {
		details = append(details, &errdetails.RetryInfo{RetryDelay: durationpb.New(f.Retry)})
	}
	if with, err := st.WithDetails(details...); err == nil {
		st = with
	}
	return st.Err()
}

func message(kind Kind, code codes.Code, t Target) string {
	switch {
	case kind == ServiceDisabled:
		return t.serviceOf() + " has not been used in project " + strings.TrimPrefix(t.Consumer, "projects/") + " before or it is disabled."
	case code == codes.PermissionDenied && t.Permission != "" && t.serviceOf() == "containeranalysis.googleapis.com":
		return analysisDenied(t)
	case code == codes.PermissionDenied && t.Permission != "":
		return "Permission '" + t.Permission + "' denied on resource '" + t.Resource + "' (or it may not exist)."
	case messages[code] != "":
		return messages[code]
	}
	return "Request failed: " + string(kind) + "."
}

// analysisDenied is Container Analysis's text; the entity is a note or an occurrence, "" for a
// project. Sources: hashicorp/terraform-provider-google#14929, googleapis/google-cloud-go#7102.
func analysisDenied(t Target) string {
	project, entity := "", ""
	if parts := strings.Split(t.Resource, "/"); len(parts) > 1 {
		project = parts[1]
		if len(parts) > 2 {
			entity = parts[len(parts)-1]
		}
	}
	return fmt.Sprintf("permission %q denied for project %q, entity ID %q", t.Permission, project, entity)
}

// errorInfo is the machine-readable detail of these errors (https://google.aip.dev/193).
func errorInfo(kind Kind, code codes.Code, t Target) *errdetails.ErrorInfo {
	info := &errdetails.ErrorInfo{Domain: "googleapis.com", Metadata: map[string]string{"service": t.serviceOf(), "consumer": t.Consumer}}
	switch {
	case kind == ServiceDisabled:
		info.Reason = "SERVICE_DISABLED"
	case code == codes.PermissionDenied:
		info.Reason, info.Domain = "IAM_PERMISSION_DENIED", "iam.googleapis.com"
		info.Metadata = map[string]string{"permission": t.Permission, "resource": t.Resource}
	case code == codes.ResourceExhausted:
		info.Reason = "RATE_LIMIT_EXCEEDED"
	default:
		return nil
	}
	maps.DeleteFunc(info.Metadata, func(_, value string) bool { return value == "" })
	return info
}
