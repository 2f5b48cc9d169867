package fault

import (
	"google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/protoadapt"
	"google.golang.org/protobuf/types/known/durationpb"
)

const errorDomain = "googleapis.com"

// messages are the texts Google's front end uses for errors that do not come from the method itself.
var messages = map[codes.Code]string{
	codes.Unavailable:       "The service is currently unavailable.",
	codes.DeadlineExceeded:  "Deadline expired before operation could complete.",
	codes.Internal:          "Internal error encountered.",
	codes.Unauthenticated:   "Request had invalid authentication credentials. Expected OAuth 2 access token, login cookie or other valid authentication credential. See https://developers.google.com/identity/sign-in/web/devconsole-project.",
	codes.Aborted:           "The operation was aborted.",
	codes.ResourceExhausted: "Resource has been exhausted (e.g. check quota).",
	codes.NotFound:          "Requested entity was not found.",
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
		return serviceOf(t.Method) + " has not been used in project " + t.Consumer + " before or it is disabled."
	case code == codes.PermissionDenied:
		return "Permission '" + permissionOf(t.Method) + "' denied on resource '" + t.Resource + "' (or it may not exist)."
	case messages[code] != "":
		return messages[code]
	}
	return "Request failed: " + string(kind) + "."
}

// errorInfo is the machine-readable part that Google attaches to these errors (https://google.aip.dev/193).
func errorInfo(kind Kind, code codes.Code, t Target) *errdetails.ErrorInfo {
	switch {
	case kind == ServiceDisabled:
		return &errdetails.ErrorInfo{Reason: "SERVICE_DISABLED", Domain: errorDomain,
			Metadata: map[string]string{"service": serviceOf(t.Method), "consumer": t.Consumer}}
	case code == codes.PermissionDenied:
		return &errdetails.ErrorInfo{Reason: "IAM_PERMISSION_DENIED", Domain: "iam.googleapis.com",
			Metadata: map[string]string{"permission": permissionOf(t.Method), "resource": t.Resource}}
	case code == codes.ResourceExhausted:
		return &errdetails.ErrorInfo{Reason: "RATE_LIMIT_EXCEEDED", Domain: errorDomain,
			Metadata: map[string]string{"service": serviceOf(t.Method), "consumer": t.Consumer}}
	}
	return nil
}
