package fault

import (
	"maps"

	"google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/protoadapt"
	"google.golang.org/protobuf/types/known/durationpb"
)

// messages are the texts Google's front end uses for errors that do not come from the method itself.
var messages = map[codes.Code]string{
	codes.Unavailable:       "The service is currently unavailable.",
	codes.DeadlineExceeded:  "Deadline expired before operation could complete.",
	codes.Internal:          "Internal error encountered.",
	codes.Unauthenticated:   "Request had invalid authentication credentials. Expected OAuth 2 access token, login cookie or other valid authentication credential. See https://developers.google.com/identity/sign-in/web/devconsole-project.",
	codes.Aborted:           "The operation was aborted.",
	codes.ResourceExhausted: "Resource has been exhausted (e.g. check quota).",
	codes.NotFound:          "Requested entity was not found.",
	codes.PermissionDenied:  "The caller does not have permission",
	codes.AlreadyExists:     "Requested entity already exists",
}

func (f Fault) err(t Target) error {
	kind := f.Kind.bare()
	code := kindCodes[string(kind)]
	st := status.New(code, message(kind, code, t))
	var details []protoadapt.MessageV1
	if info := errorInfo(kind, code, t); info != nil {
		details = append(details, info)
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
		return t.serviceOf() + " has not been used in project " + t.Consumer + " before or it is disabled."
	case code == codes.PermissionDenied && t.permission() != "":
		return "Permission '" + t.permission() + "' denied on resource '" + t.Resource + "' (or it may not exist)."
	case messages[code] != "":
		return messages[code]
	}
	return "Request failed: " + string(kind) + "."
}

// errorInfo is the machine-readable part that Google attaches to these errors (https://google.aip.dev/193).
func errorInfo(kind Kind, code codes.Code, t Target) *errdetails.ErrorInfo {
	info := &errdetails.ErrorInfo{Domain: "googleapis.com", Metadata: map[string]string{"service": t.serviceOf(), "consumer": t.Consumer}}
	switch {
	case kind == ServiceDisabled:
		info.Reason = "SERVICE_DISABLED"
	case code == codes.PermissionDenied:
		info.Reason, info.Domain = "IAM_PERMISSION_DENIED", "iam.googleapis.com"
		info.Metadata = map[string]string{"permission": t.permission(), "resource": t.Resource}
	case code == codes.ResourceExhausted:
		info.Reason = "RATE_LIMIT_EXCEEDED"
	default:
		return nil
	}
	maps.DeleteFunc(info.Metadata, func(_, value string) bool { return value == "" })
	return info
}
