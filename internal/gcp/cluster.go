package gcp

import (
	"context"
	"slices"

	containerbeta "google.golang.org/api/container/v1beta1"
	"google.golang.org/api/googleapi"

	"github.com/binauthz/terraform-provider-binauthz/internal/resname"
)

// Cluster is what this provider needs to know of a GKE cluster.
type Cluster struct {
	Name resname.Cluster
	// Status is GKE's, such as "RUNNING" or "PROVISIONING".
	Status string
	// Etag guards an update against changes since the read.
	Etag    string
	Setting Setting
}

// Clusters are read and written through the v1beta1 REST API alone. What v1 shows of a cluster with policy bindings is
// documented nowhere, and an etag is a checksum over the fields of one version; only v1beta1 has the whole setting, so only
// with it can an update be guarded and lose nothing. Operations are the same in both and come over gRPC (operation.go).

// clusterFields keeps the replies small: a cluster is several kilobytes, the setting a few bytes.
const clusterFields = "name,location,zone,status,etag,binaryAuthorization"

// Cluster reads one cluster, from a list when several of the project are read.
func (c *Clients) Cluster(ctx context.Context, name resname.Cluster) (*Cluster, error) {
	return c.clusterReads.Read(ctx, name.Project, name.String())
}

// Clusters lists the clusters of a project as they are now, by full name, and the zones that did not answer.
func (c *Clients) Clusters(ctx context.Context, project string) (clusters map[string]*Cluster, missingZones []string, err error) {
	reply, err := c.clusterList(ctx, project)
	if err != nil {
		return nil, nil, err
	}
	clusters, err = c.clustersByName(project, reply)
	return clusters, reply.MissingZones, err
}

func (c *Clients) listClusters(ctx context.Context, project string) (map[string]*Cluster, error) {
	clusters, _, err := c.Clusters(ctx, project)
	return clusters, err
}

func (c *Clients) clusterList(ctx context.Context, project string) (*containerbeta.ListClustersResponse, error) {
	client, err := c.clustersClient()
	if err != nil {
		return nil, err
	}
	return run(ctx, c, call[*containerbeta.ListClustersResponse]{
		method: listClusters, resource: "projects/" + project, project: project,
		send: func(ctx context.Context) (*containerbeta.ListClustersResponse, error) {
			return client.Projects.Locations.Clusters.List(resname.EverywhereIn(project)).
				Fields(googleapi.Field("clusters("+clusterFields+")"), "missingZones").Context(ctx).Do()
		},
	})
}

func (c *Clients) clustersByName(project string, reply *containerbeta.ListClustersResponse) (map[string]*Cluster, error) {
	clusters := make(map[string]*Cluster, len(reply.Clusters))
	for _, message := range reply.Clusters {
		cluster := clusterFrom(message, project)
		if cluster == nil {
			return nil, explain(c.noCluster(), listClusters, "projects/"+project, project)
		}
		clusters[cluster.Name.String()] = cluster
	}
	return clusters, nil
}

// noCluster is the error of a reply that lacks what every cluster has. To take it for one that evaluates nothing would be a guess.
func (c *Clients) noCluster() *Error {
	return broken(c.hostOf(serviceContainer), "something that is no cluster")
}

// getCluster fetches a cluster by its full name; it serves the shared reads.
func (c *Clients) getCluster(ctx context.Context, project, name string) (*Cluster, error) {
	client, err := c.clustersClient()
	if err != nil {
		return nil, err
	}
	message, err := run(ctx, c, call[*containerbeta.Cluster]{
		method: getCluster, resource: name, project: project,
		send: func(ctx context.Context) (*containerbeta.Cluster, error) {
			return client.Projects.Locations.Clusters.Get(name).Fields(clusterFields).Context(ctx).Do()
		},
	})
	if err != nil {
		return nil, err
	}
	if cluster := clusterFrom(message, project); cluster != nil {
		return cluster, nil
	}
	return nil, explain(c.noCluster(), getCluster, name, project)
}

// clusterFrom is nil if message is no cluster: name and location are fields that every one has.
func clusterFrom(message *containerbeta.Cluster, project string) *Cluster {
	if message == nil || message.Name == "" || message.Location == "" && message.Zone == "" {
		return nil
	}
	location := message.Location
	if location == "" {
		location = message.Zone
	}
	return &Cluster{
		Name:    resname.Cluster{Project: project, Location: location, ID: message.Name},
		Status:  message.Status,
		Etag:    message.Etag,
		Setting: settingFrom(message.BinaryAuthorization),
	}
}

func settingFrom(message *containerbeta.BinaryAuthorization) Setting {
	s := Setting{Mode: ModeDisabled}
	if message == nil {
		return s
	}
	switch {
	case message.EvaluationMode != "" && message.EvaluationMode != "EVALUATION_MODE_UNSPECIFIED":
		s.Mode = message.EvaluationMode
	case message.Enabled: // the deprecated spelling, which counts only while no mode is given
		s.Mode = ModeProjectPolicy
	}
	for _, binding := range message.PolicyBindings {
		if binding != nil {
			s.Bindings = append(s.Bindings, binding.Name)
		}
	}
	slices.Sort(s.Bindings)
	return s
}

func (s Setting) message() *containerbeta.BinaryAuthorization {
	message := &containerbeta.BinaryAuthorization{EvaluationMode: s.Mode}
	for _, name := range s.Bindings {
		message.PolicyBindings = append(message.PolicyBindings, &containerbeta.PolicyBinding{Name: name})
	}
	return message
}

// FreshCluster reads one cluster as it is at this moment.
func (c *Clients) FreshCluster(ctx context.Context, name resname.Cluster) (*Cluster, error) {
	return c.getCluster(ctx, name.Project, name.String())
}
