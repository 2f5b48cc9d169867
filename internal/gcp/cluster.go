package gcp

import (
	"context"
	"slices"

	containerbeta "google.golang.org/api/container/v1beta1"
	"google.golang.org/api/googleapi"

	"github.com/binauthz/terraform-provider-binauthz/internal/resname"
)

// Cluster is the part of a GKE cluster used by this provider.
type Cluster struct {
	Name resname.Cluster
	// Status is GKE's, such as "RUNNING" or "PROVISIONING".
	Status string
	// Etag guards an update against changes since the read.
	Etag    string
	Setting Setting
}

// Clusters are read and written only through the v1beta1 REST API. The reply of v1 for a cluster
// with policy bindings is undocumented, and an etag is a checksum over the fields of one API
// version. Only v1beta1 has the whole setting, so only its etag can guard an update without loss.
// Operations are the same in both versions and use gRPC (operation.go).

// clusterFields keeps the replies small: a cluster is several kilobytes, the setting a few bytes.
const clusterFields = "name,location,zone,status,etag,binaryAuthorization"

// Cluster reads one cluster, from a list when several of the project are read.
func (c *Clients) Cluster(ctx context.Context, name resname.Cluster) (*Cluster, error) {
	return c.clusterReads.Read(ctx, name.Project, name.String())
}

// Clusters lists the clusters of a project now, by full name, and the zones without an answer.
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

// noCluster is the error of a reply without the fields common to all clusters. It must not count as
// a cluster without Binary Authorization.
func (c *Clients) noCluster() *Error {
	return broken(c.hostOf(serviceContainer), "something other than a cluster")
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

// clusterFrom is nil if message is no cluster: every cluster has a name and a location.
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
