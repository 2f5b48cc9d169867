package gcp

import (
	"strings"
	"testing"
)

// ofREST are the clients in everyClient without a separate connection for modules.
var ofREST = map[string]bool{"clusters": true, "inventory": true, "logs": true, "platforms": true, "occurrences": true, "artifacts": true}

func TestTheModuleIsInTheUserAgentOfEveryCall(t *testing.T) {
	t.Parallel()
	for name, call := range everyClient {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server := record(t, true)
			c := New(Config{
				AccessToken:   canaryToken,
				UserAgent:     "Terraform/1.2.3",
				RequestReason: "why",
				Endpoints:     everywhere(server.URL),
			})
			t.Cleanup(func() { hangUp(c) })
			want := []string{"", "blueprints/a/v1", "", "blueprints/b/v2", "blueprints/a/v1"}
			for _, module := range want {
				expectKind(t, call(WithModule(t.Context(), module), c), KindNotFound)
			}
			if len(server.requests) != len(want) {
				t.Fatal(server.paths())
			}
			for i, module := range want {
				got := strings.Fields(server.requests[i].UserAgent())
				if got[0] != "Terraform/1.2.3" || strings.Contains(server.requests[i].UserAgent(), "blueprints") != (module != "") ||
					module != "" && got[1] != module {
					t.Errorf("%d: %q, want %q", i, got, module)
				}
				if server.requests[i].Header.Get("Authorization") != "Bearer "+canaryToken ||
					server.requests[i].Header.Get("X-Goog-Request-Reason") != "why" {
					t.Errorf("%d: %v", i, server.requests[i].Header)
				}
			}
			if modules := len(c.moduleConns.all); !ofREST[name] && modules != 2 {
				t.Errorf("%d connections for two modules", modules)
			}
		})
	}
}
