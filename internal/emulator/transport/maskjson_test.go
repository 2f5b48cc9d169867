package transport

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	beta "google.golang.org/api/container/v1beta1"

	"github.com/binauthz/terraform-provider-binauthz/internal/emulator/world"
)

// masked asks a route for a list of clusters with a mask.
func masked(example any, honorMask bool, mask string) *httptest.ResponseRecorder {
	cluster := map[string]any{"name": "c", "resourceLabels": map[string]string{"a": "b"}}
	route := world.Route{
		Method: "google.container.v1beta1.ClusterManager/ListClusters", Answer: example,
		Handle: func(*http.Request) (any, error) { return map[string]any{"clusters": []any{cluster}}, nil },
	}
	always := func(ctx context.Context, _ Call, handle func(context.Context) (any, error)) (any, error) {
		return handle(ctx)
	}
	r := httptest.NewRequest(http.MethodGet, "/v1beta1/projects/p/locations/-/clusters", nil)
	r.Header.Set(maskHeader, mask)
	w := httptest.NewRecorder()
	handleRoute(route, always, honorMask)(w, r)
	return w
}

func TestMaskOfARoute(t *testing.T) {
	t.Parallel()
	const whole = `{"clusters":[{"name":"c","resourceLabels":{"a":"b"}}]}`
	for mask, want := range map[string]string{
		"":                             whole,
		"*":                            whole,
		"clusters":                     whole,
		"clusters.name":                `{"clusters":[{"name":"c"}]}`,
		"clusters(resource_labels(a))": `{"clusters":[{"resourceLabels":{"a":"b"}}]}`,
		"clusters/resourceLabels/x":    `{"clusters":[{"resourceLabels":{}}]}`,
		"missingZones":                 `{}`,
		"clusters(binaryAuthorization(policyBindings(name)))": `{"clusters":[{}]}`,
		"clusters(*)": whole,
	} {
		if w := masked(beta.ListClustersResponse{}, true, mask); w.Code != http.StatusOK || w.Body.String() != want {
			t.Errorf("%q: %d %s", mask, w.Code, w.Body)
		}
	}
}

func TestMaskOfARouteRefuses(t *testing.T) {
	t.Parallel()
	for mask, name := range map[string]string{
		"nope": "nope", "clusters(name,binaryAuthorisation)": "binaryauthorisation", "clusters.name.more": "more",
		"clusters(binaryAuthorization(policyBindings(id)))": "id", "HTTPStatusCode": "httpstatuscode", "clusters.": "",
		"ServerResponse": "serverresponse", "missingZones.a": "a", "*,nope": "nope",
	} {
		if w := masked(beta.ListClustersResponse{}, true, mask); w.Code != http.StatusBadRequest ||
			!strings.Contains(w.Body.String(), "Invalid field selection "+name) {
			t.Errorf("%q: %d %s", mask, w.Code, w.Body)
		}
	}
	if w := masked(beta.ListClustersResponse{}, false, "nope"); w.Code != http.StatusOK {
		t.Errorf("masks are ignored: %d %s", w.Code, w.Body)
	}
	if w := masked(nil, true, "nope"); w.Code != http.StatusOK {
		t.Errorf("a method of the emulator: %d %s", w.Code, w.Body)
	}
}
