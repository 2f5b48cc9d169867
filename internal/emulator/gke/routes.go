package gke

import (
	"net/http"
	"strings"

	beta "google.golang.org/api/container/v1beta1"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/binauthz/terraform-provider-binauthz/internal/emulator/world"
)

// v1beta1 is the version in the links of Routes' answers.
const v1beta1 = "v1beta1"

// handler serves one method. It gets the place from the path, and the id unless the path ends in a
// collection.
type handler func(a *API, p place, id string, r *http.Request) (any, error)

// method is one method of v1beta1 with its path from the annotations: kind ends the name, tail
// follows the name. A tail with a leading colon is a custom verb.
type method struct {
	verb, kind, tail, name string
	answer                 any // its type in v1beta1
	handle                 handler
}

var methods = []method{
	{"GET", "", "/clusters", "ListClusters", beta.ListClustersResponse{}, (*API).betaListClusters},
	{"POST", "", "/clusters", "CreateCluster", beta.Operation{}, (*API).betaCreateCluster},
	{"GET", "clusters", "", "GetCluster", beta.Cluster{}, (*API).betaGetCluster},
	{"PUT", "clusters", "", "UpdateCluster", beta.Operation{}, (*API).betaUpdateCluster},
	{"DELETE", "clusters", "", "DeleteCluster", beta.Operation{}, (*API).betaDeleteCluster},
	{"GET", "clusters", "/nodePools", "ListNodePools", beta.ListNodePoolsResponse{}, (*API).betaListNodePools},
	{"POST", "clusters", "/nodePools", "CreateNodePool", beta.Operation{}, (*API).betaCreateNodePool},
	{"GET", "clusters", "/nodePools/{pool}", "GetNodePool", beta.NodePool{}, (*API).betaGetNodePool},
	{"DELETE", "clusters", "/nodePools/{pool}", "DeleteNodePool", beta.Operation{}, (*API).betaDeleteNodePool},
	{"GET", "", "/operations", "ListOperations", beta.ListOperationsResponse{}, (*API).betaListOperations},
	{"GET", "operations", "", "GetOperation", beta.Operation{}, (*API).betaGetOperation},
}

// Routes serves google.container.v1beta1.ClusterManager over REST, the only API with policy
// bindings, also under the deprecated paths with zones. Answers have the JSON form of
// google.golang.org/api/container/v1beta1.
func (a *API) Routes() []world.Route {
	routes := []world.Route{
		a.named(method{"GET", "", "/serverConfig", "GetServerConfig", beta.ServerConfig{}, (*API).betaServerConfig}),
		a.zoned(method{"GET", "", "/serverconfig", "GetServerConfig", beta.ServerConfig{}, (*API).betaServerConfig}),
		a.named(method{"POST", "clusters", ":setResourceLabels", "SetLabels", beta.Operation{}, (*API).betaSetLabels}),
		a.zoned(method{"POST", "clusters", "/resourceLabels", "SetLabels", beta.Operation{}, (*API).betaSetLabels}),
	}
	for _, m := range methods {
		routes = append(routes, a.named(m), a.zoned(m))
	}
	return routes
}

func (m method) route(parent string, handle func(r *http.Request) (any, error)) world.Route {
	pattern := m.verb + " /v1beta1/" + parent
	if m.kind != "" {
		pattern += "/" + m.kind + "/{id}"
	}
	if !m.custom() {
		pattern += m.tail
	}
	return world.Route{
		Pattern: pattern,
		Method:  "google.container.v1beta1.ClusterManager/" + m.name,
		Answer:  m.answer,
		Handle:  handle,
	}
}

// custom reports whether m has a custom verb. Patterns of net/http cannot have one behind a
// wildcard.
func (m method) custom() bool { return strings.HasPrefix(m.tail, ":") }

func (a *API) named(m method) world.Route {
	return m.route("projects/{project}/locations/{location}", func(r *http.Request) (any, error) {
		name := "projects/" + r.PathValue("project") + "/locations/" + r.PathValue("location")
		id := r.PathValue("id")
		if m.custom() {
			var ok bool
			if id, ok = strings.CutSuffix(id, m.tail); !ok {
				return nil, status.Error(codes.NotFound, "Method not found.")
			}
		}
		if m.kind != "" {
			name += "/" + m.kind + "/" + id
		}
		return a.serve(m, name, legacy{}, r)
	})
}

func (a *API) zoned(m method) world.Route {
	return m.route("projects/{project}/zones/{zone}", func(r *http.Request) (any, error) {
		return a.serve(m, "", legacy{r.PathValue("project"), r.PathValue("zone"), r.PathValue("id")}, r)
	})
}

func (a *API) serve(m method, name string, deprecated legacy, r *http.Request) (any, error) {
	defer a.lock()()
	p, id, err := a.locate(name, m.kind, deprecated)
	if err != nil {
		return nil, err
	}
	return m.handle(a, p, id, r)
}
