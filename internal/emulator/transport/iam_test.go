package transport

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

func TestMethodsOfIAM(t *testing.T) {
	t.Parallel()
	for call, want := range map[string]codes.Code{
		"GET policy:getIamPolicy":                                    codes.OK,
		"POST policy:getIamPolicy":                                   codes.NotFound,
		"GET attestors/a:getIamPolicy":                               codes.OK,
		"POST attestors/a:getIamPolicy":                              codes.NotFound,
		"GET locations/global/keyRings/r/cryptoKeys/k:getIamPolicy":  codes.OK,
		"POST locations/global/keyRings/r/cryptoKeys/k:getIamPolicy": codes.NotFound,
		"GET notes/n:getIamPolicy":                                   codes.NotFound,
		"POST notes/n:getIamPolicy":                                  codes.OK,
		"GET occurrences/o:getIamPolicy":                             codes.NotFound,
		"POST attestors/a:testIamPermissions":                        codes.OK,
		"POST attestors?attestorId=a:getIamPolicy":                   codes.OK,
	} {
		verb, path, _ := strings.Cut(call, " ")
		if err := checkIAM(httptest.NewRequest(verb, "/v1/projects/p/"+path, nil)); status.Code(err) != want {
			t.Errorf("%s: %v", call, err)
		}
	}
}

func TestFieldsOfIAM(t *testing.T) {
	t.Parallel()
	const key = "locations/global/keyRings/r/cryptoKeys/k"
	for body, unknown := range map[string]string{
		`{"policy":{"bindings":[],"etag":"ACAB","version":3}}`: "",
		`{"policy":{},"updateMask":"bindings"}`:                "updateMask",
		`{"policy":{},"update_mask":""}`:                       "update_mask",
		`{"policy":{"auditConfigs":[]}}`:                       "auditConfigs",
		`{"policy":{"audit_configs":[{}]}}`:                    "audit_configs",
		`{"policy":[]}`:                                        "",
		`{`:                                                    "",
		``:                                                     "",
	} {
		for _, resource := range []string{"policy", "attestors/a", "notes/n", "occurrences/o", key} {
			r := httptest.NewRequest(http.MethodPost, "/v1/projects/p/"+resource+":setIamPolicy", strings.NewReader(body))
			err := checkIAM(r)
			switch {
			case unknown == "" || resource == key:
				if err != nil {
					t.Errorf("%s %s: %v", resource, body, err)
				}
			case status.Code(err) != codes.InvalidArgument || !strings.Contains(err.Error(), `Unknown name "`+unknown+`"`):
				t.Errorf("%s %s: %v", resource, body, err)
			}
			if left, err := io.ReadAll(r.Body); err != nil || string(left) != body {
				t.Errorf("%s %s: the body is %q, %v", resource, body, left, err)
			}
		}
	}
}
