package gke_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"cloud.google.com/go/container/apiv1/containerpb"
	"google.golang.org/grpc/codes"
)

func TestClusterIsComplete(t *testing.T) {
	t.Parallel()
	c := start(t, 0, zonal)
	m := c.get(t, zonal)
	for what, present := range map[string]bool{
		"addons_config": m.AddonsConfig != nil, "legacy_abac": m.LegacyAbac != nil, "network_config": m.NetworkConfig != nil,
		"master_auth": m.MasterAuth.GetClusterCaCertificate() != "", "ip_allocation_policy": m.IpAllocationPolicy != nil,
		"release_channel": m.ReleaseChannel != nil, "private_cluster_config": m.PrivateClusterConfig != nil,
		"endpoint": m.Endpoint != "", "etag": m.Etag != "", "id": m.Id != "", "network": m.Network != "",
		"subnetwork": m.Subnetwork != "", "node_config": m.NodeConfig != nil, "current_master_version": m.CurrentMasterVersion != "",
	} {
		if !present {
			t.Errorf("%s is absent", what)
		}
	}
	equal(t, "the number of node pools", len(m.NodePools), 1)
	equal(t, "the node pool", m.NodePools[0].Name, "default-pool")
	equal(t, "status", m.Status, containerpb.Cluster_RUNNING)
	equal(t, "create_time", m.CreateTime, "2026-03-01T12:00:00Z")
	equal(t, "location", m.Location, "us-central1-a")
	equal(t, "zone", m.Zone, "us-central1-a")
	if m.BinaryAuthorization != nil {
		t.Errorf("binary_authorization is %v, want none", m.BinaryAuthorization)
	}
}

func TestClusterLinks(t *testing.T) {
	t.Parallel()
	c := start(t, 0, zonal, regional)
	equal(t, "the zonal link", c.get(t, zonal).SelfLink,
		"https://container.googleapis.com/v1/projects/demo/zones/us-central1-a/clusters/prod")
	equal(t, "the regional link", c.get(t, regional).SelfLink,
		"https://container.googleapis.com/v1/projects/demo/locations/europe-west1/clusters/dev")
	equal(t, "the v1beta1 link", c.betaGet(t, zonal).SelfLink,
		"https://container.googleapis.com/v1beta1/projects/demo/zones/us-central1-a/clusters/prod")
	equal(t, "the regional nodes", strings.Join(c.get(t, regional).Locations, " "), "europe-west1-b europe-west1-c europe-west1-d")
}

func TestGetClusterRefusals(t *testing.T) {
	t.Parallel()
	c := start(t, 0, zonal)
	for name, want := range map[string]struct {
		code    codes.Code
		message string
	}{
		"projects/demo/locations/us-central1-a/clusters/gone": {
			codes.NotFound, "Not found: projects/demo/zones/us-central1-a/clusters/gone.",
		},
		"projects/demo/locations/us-central1/clusters/prod": {
			codes.NotFound, "Not found: projects/demo/locations/us-central1/clusters/prod.",
		},
		"projects/demo/locations/-/clusters/prod":         {codes.NotFound, "Not found: projects/demo/locations/-/clusters/prod."},
		"projects/demo/zones/us-central1-a/clusters/prod": {codes.InvalidArgument, ""},
		"projects/demo/locations/us-central1-a/clusters/": {codes.InvalidArgument, ""},
		"projects/demo/locations/us-central1-a": {
			codes.InvalidArgument, `"projects/demo/locations/us-central1-a" is not of the form projects/*/locations/*/clusters/*.`,
		},
		"": {codes.InvalidArgument, ""},
	} {
		_, err := c.v1.GetCluster(t.Context(), &containerpb.GetClusterRequest{Name: name})
		t.Log(name)
		refused(t, err, want.code, want.message)
	}
}

func TestClusterByProjectNumber(t *testing.T) {
	t.Parallel()
	c := start(t, 0, zonal)
	numbered := strings.Replace(zonal, "demo", c.world.ProjectNumber("demo"), 1)
	equal(t, "the link", c.get(t, numbered).SelfLink, c.get(t, zonal).SelfLink)
	must(t, c.SetBinaryAuthorization(numbered, enforce))
	equal(t, "the mode", c.get(t, zonal).BinaryAuthorization.EvaluationMode,
		containerpb.BinaryAuthorization_PROJECT_SINGLETON_POLICY_ENFORCE)
}

func TestListClusters(t *testing.T) {
	t.Parallel()
	c := start(t, 0, zonal, regional, "projects/other/locations/us-central1-a/clusters/prod")
	c.SetMissingZones("demo", "us-east1-b")
	for parent, want := range map[string]string{
		"projects/demo/locations/-":             "dev prod",
		"projects/demo/locations/us-central1-a": "prod",
		"projects/demo/locations/us-central1":   "",
	} {
		got, err := c.v1.ListClusters(t.Context(), &containerpb.ListClustersRequest{Parent: parent})
		must(t, err)
		var names []string
		for _, m := range got.Clusters {
			names = append(names, m.Name)
		}
		equal(t, parent, strings.Join(names, " "), want)
	}
}

func TestMissingZones(t *testing.T) {
	t.Parallel()
	c := start(t, 0, zonal, regional)
	c.SetMissingZones("demo", "us-central1-a", "us-central1-b")
	got, err := c.v1.ListClusters(t.Context(), &containerpb.ListClustersRequest{Parent: "projects/demo/locations/-"})
	must(t, err)
	equal(t, "the number of clusters", len(got.Clusters), 1)
	equal(t, "missing_zones", strings.Join(got.MissingZones, " "), "us-central1-a us-central1-b")
	betas, err := c.beta.Clusters.List("projects/demo/locations/us-central1-a").Do()
	must(t, err)
	equal(t, "the number of clusters", len(betas.Clusters), 0)
	equal(t, "missingZones", strings.Join(betas.MissingZones, " "), "us-central1-a")
	c.get(t, zonal)
	c.SetMissingZones("demo")
	betas, err = c.beta.Clusters.List("projects/demo/locations/-").Do()
	must(t, err)
	equal(t, "the number of clusters", len(betas.Clusters), 2)
}

func TestCreateCluster(t *testing.T) {
	t.Parallel()
	c := start(t, time.Minute)
	op, err := c.v1.CreateCluster(t.Context(), &containerpb.CreateClusterRequest{
		Parent: "projects/demo/locations/us-central1-a",
		Cluster: &containerpb.Cluster{
			Name: "prod", InitialNodeCount: 3, Description: "ours", InitialClusterVersion: "latest", Etag: "mine",
			NodeConfig:    &containerpb.NodeConfig{OauthScopes: []string{"scope"}},
			NetworkConfig: &containerpb.NetworkConfig{EnableIntraNodeVisibility: true},
			BinaryAuthorization: &containerpb.BinaryAuthorization{
				EvaluationMode: containerpb.BinaryAuthorization_PROJECT_SINGLETON_POLICY_ENFORCE,
			},
		},
	})
	must(t, err)
	equal(t, "operation_type", op.OperationType, containerpb.Operation_CREATE_CLUSTER)
	equal(t, "status meanwhile", c.get(t, zonal).Status, containerpb.Cluster_PROVISIONING)
	_, err = c.set(t, zonal, 1)
	refused(t, err, codes.FailedPrecondition, "Cluster is running incompatible operation "+op.Name+".")
	c.pass(time.Minute)
	m := c.get(t, zonal)
	equal(t, "status", m.Status, containerpb.Cluster_RUNNING)
	equal(t, "description", m.Description, "ours")
	equal(t, "the size of the pool", m.NodePools[0].InitialNodeCount, 3)
	equal(t, "the pool's version", m.NodePools[0].Version, m.CurrentMasterVersion)
	if m.NetworkConfig.Network == "" || !m.NetworkConfig.EnableIntraNodeVisibility {
		t.Errorf("network_config is %v, want what was asked for beside the defaults", m.NetworkConfig)
	}
	if !slices.Equal(m.NodeConfig.OauthScopes, []string{"scope"}) || m.Etag == "mine" {
		t.Errorf("oauth_scopes are %v, etag is %q", m.NodeConfig.OauthScopes, m.Etag)
	}
	equal(t, "the mode", m.BinaryAuthorization.EvaluationMode, containerpb.BinaryAuthorization_PROJECT_SINGLETON_POLICY_ENFORCE)
	equal(t, "the first setting", c.History(zonal)[0].Mode, enforce)
}

func TestCreateClusterOfAVersion(t *testing.T) {
	t.Parallel()
	c := start(t, 0)
	_, err := c.v1.CreateCluster(t.Context(), &containerpb.CreateClusterRequest{
		Parent: "projects/demo/locations/us-central1-a",
		Cluster: &containerpb.Cluster{
			Name: "prod", InitialClusterVersion: "1.32.1-gke.1",
			NodePools:           []*containerpb.NodePool{{Name: "small", InitialNodeCount: 1}, {Name: "large", InitialNodeCount: 9}},
			BinaryAuthorization: &containerpb.BinaryAuthorization{EvaluationMode: 2},
		},
	})
	must(t, err)
	m := c.get(t, zonal)
	equal(t, "current_master_version", m.CurrentMasterVersion, "1.32.1-gke.1")
	equal(t, "the number of pools", len(m.NodePools), 2)
	equal(t, "the second pool's link", m.NodePools[1].SelfLink, m.SelfLink+"/nodePools/large")
	must(t, c.SetBinaryAuthorization(zonal, ""))
	if b := c.betaGet(t, zonal).BinaryAuthorization; b != nil {
		t.Errorf("the setting is %v, want none", b)
	}
}

func TestCreateClusterRefusals(t *testing.T) {
	t.Parallel()
	c := start(t, 0, zonal)
	for what, want := range map[string]struct {
		parent  string
		cluster *containerpb.Cluster
		code    codes.Code
		message string
	}{
		"taken": {
			"projects/demo/locations/us-central1-a", &containerpb.Cluster{Name: "prod"}, codes.AlreadyExists,
			"Already exists: projects/demo/zones/us-central1-a/clusters/prod.",
		},
		"nothing":    {"projects/demo/locations/us-central1-a", nil, codes.InvalidArgument, ""},
		"nameless":   {"projects/demo/locations/us-central1-a", &containerpb.Cluster{}, codes.InvalidArgument, ""},
		"upper case": {"projects/demo/locations/us-central1-a", &containerpb.Cluster{Name: "Prod"}, codes.InvalidArgument, ""},
		"long": {
			"projects/demo/locations/us-central1-a", &containerpb.Cluster{Name: strings.Repeat("a", 41)}, codes.InvalidArgument, "",
		},
		"nowhere": {"projects/demo/locations/-", &containerpb.Cluster{Name: "new"}, codes.InvalidArgument, ""},
	} {
		_, err := c.v1.CreateCluster(t.Context(), &containerpb.CreateClusterRequest{Parent: want.parent, Cluster: want.cluster})
		t.Log(what)
		refused(t, err, want.code, want.message)
	}
}

func TestCreateFails(t *testing.T) {
	t.Parallel()
	c := start(t, 0)
	c.FailNextOperation(zonal, "RESOURCE_EXHAUSTED", "no nodes left", false)
	op, err := c.v1.CreateCluster(t.Context(), &containerpb.CreateClusterRequest{
		Parent: "projects/demo/locations/us-central1-a", Cluster: &containerpb.Cluster{Name: "prod"},
	})
	must(t, err)
	equal(t, "the error", c.operation(t, op.Name).GetError().GetMessage(), "no nodes left")
	m := c.get(t, zonal)
	equal(t, "status", m.Status, containerpb.Cluster_ERROR)
	equal(t, "status_message", m.StatusMessage, "no nodes left")
	_, err = c.set(t, zonal, 2)
	refused(t, err, codes.FailedPrecondition, "Cluster is currently being created, deleted, updated or repaired and cannot be updated.")
}

func TestDeleteCluster(t *testing.T) {
	t.Parallel()
	c := start(t, time.Minute, zonal)
	op, err := c.v1.DeleteCluster(t.Context(), &containerpb.DeleteClusterRequest{Name: zonal})
	must(t, err)
	equal(t, "status meanwhile", c.get(t, zonal).Status, containerpb.Cluster_STOPPING)
	_, err = c.v1.DeleteCluster(t.Context(), &containerpb.DeleteClusterRequest{Name: zonal})
	refused(t, err, codes.FailedPrecondition, "Cluster is running incompatible operation "+op.Name+".")
	c.pass(time.Minute)
	_, err = c.v1.GetCluster(t.Context(), &containerpb.GetClusterRequest{Name: zonal})
	refused(t, err, codes.NotFound, "")
	_, err = c.v1.DeleteCluster(t.Context(), &containerpb.DeleteClusterRequest{Name: zonal})
	refused(t, err, codes.NotFound, "")
	equal(t, "the operation", c.operation(t, op.Name).Status, containerpb.Operation_DONE)
}

func TestServerConfig(t *testing.T) {
	t.Parallel()
	c := start(t, 0, zonal)
	config, err := c.v1.GetServerConfig(t.Context(), &containerpb.GetServerConfigRequest{Name: "projects/demo/locations/us-central1"})
	must(t, err)
	equal(t, "the default version", config.DefaultClusterVersion, c.get(t, zonal).CurrentMasterVersion)
	_, err = c.v1.GetServerConfig(t.Context(), &containerpb.GetServerConfigRequest{Name: "demo"})
	refused(t, err, codes.InvalidArgument, "")
}
