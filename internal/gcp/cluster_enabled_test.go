package gcp

import (
	"net/http"
	"strings"
	"testing"
)

// TestClusterThatIsEnabled reads both forms seen in the service's answers to the deprecated
// {"enabled": true}.
func TestClusterThatIsEnabled(t *testing.T) {
	t.Parallel()
	for what, alone := range map[string]bool{"as it was sent": true, "with the mode beside it": false} {
		t.Run(what, func(t *testing.T) {
			t.Parallel()
			server, clients := emulated(t, oneCluster(0))
			server.GKE().EnabledAlone = alone
			body := strings.NewReader(`{"update":{"desiredBinaryAuthorization":{"enabled":true}}}`)
			request, err := http.NewRequestWithContext(t.Context(), http.MethodPut, "http://"+server.Addr()+"/v1beta1/"+prod, body)
			if err != nil {
				t.Fatal(err)
			}
			reply, err := (&http.Transport{DisableKeepAlives: true}).RoundTrip(request)
			if err != nil {
				t.Fatal(err)
			}
			_ = reply.Body.Close()
			if reply.StatusCode != http.StatusOK {
				t.Fatal(reply.Status)
			}
			cluster, err := clients.Cluster(t.Context(), prodName)
			if err != nil {
				t.Fatal(err)
			}
			if cluster.Setting.Mode != ModeProjectPolicy {
				t.Errorf("the mode is %s, want %s", cluster.Setting.Mode, ModeProjectPolicy)
			}
		})
	}
}
