package gke

import (
	"net/http"

	"cloud.google.com/go/container/apiv1/containerpb"
)

func (a *API) betaGetCluster(p place, id string, _ *http.Request) (any, error) {
	c, err := a.find(p.cluster(id))
	if err != nil {
		return nil, err
	}
	return a.betaCluster(c)
}

func (a *API) betaListClusters(p place, _ string, _ *http.Request) (any, error) {
	found := betaClusters{MissingZones: a.missingIn(p)}
	for _, c := range a.within(p) {
		m, err := a.betaCluster(c)
		if err != nil {
			return nil, err
		}
		found.Clusters = append(found.Clusters, m)
	}
	return found, nil
}

func (a *API) betaCreateCluster(p place, _ string, r *http.Request) (any, error) {
	body, err := readObject(r, "cluster")
	if err != nil {
		return nil, err
	}
	if body == nil {
		return nil, errNoCluster
	}
	asked := &containerpb.Cluster{}
	s, err := body.take("binaryAuthorization", asked)
	if err != nil {
		return nil, err
	}
	return a.betaStarted(a.create(p, asked, s))
}

func (a *API) betaUpdateCluster(p place, id string, r *http.Request) (any, error) {
	body, err := readObject(r, "update")
	if err != nil {
		return nil, err
	}
	asked := &containerpb.ClusterUpdate{}
	s, err := body.take("desiredBinaryAuthorization", asked)
	if err != nil {
		return nil, err
	}
	return a.betaStarted(a.update(p.cluster(id), asked, s))
}

func (a *API) betaDeleteCluster(p place, id string, _ *http.Request) (any, error) {
	return a.betaStarted(a.remove(p.cluster(id)))
}

func (a *API) betaSetLabels(p place, id string, r *http.Request) (any, error) {
	asked := &containerpb.SetLabelsRequest{}
	if err := readRequest(r, asked); err != nil {
		return nil, err
	}
	return a.betaStarted(a.label(p.cluster(id), asked.GetResourceLabels(), asked.GetLabelFingerprint()))
}

func (a *API) betaListNodePools(p place, id string, _ *http.Request) (any, error) {
	c, err := a.find(p.cluster(id))
	if err != nil {
		return nil, err
	}
	return plain(&containerpb.ListNodePoolsResponse{NodePools: a.describe(c, v1beta1).GetNodePools()})
}

func (a *API) betaGetNodePool(p place, id string, r *http.Request) (any, error) {
	pool, err := a.nodePool(p.cluster(id), r.PathValue("pool"), v1beta1)
	if err != nil {
		return nil, err
	}
	return plain(pool)
}

func (a *API) betaCreateNodePool(p place, id string, r *http.Request) (any, error) {
	asked := &containerpb.CreateNodePoolRequest{}
	if err := readRequest(r, asked); err != nil {
		return nil, err
	}
	return a.betaStarted(a.createPool(p.cluster(id), asked.GetNodePool()))
}

func (a *API) betaDeleteNodePool(p place, id string, r *http.Request) (any, error) {
	return a.betaStarted(a.removePool(p.cluster(id), r.PathValue("pool")))
}

func (a *API) betaStarted(op *operation, err error) (any, error) {
	if err != nil {
		return nil, err
	}
	return plain(a.reportOperation(op, v1beta1))
}

func (a *API) betaGetOperation(p place, id string, _ *http.Request) (any, error) {
	op, err := a.getOperation(p, id, v1beta1)
	if err != nil {
		return nil, err
	}
	return plain(op)
}

func (a *API) betaListOperations(p place, _ string, _ *http.Request) (any, error) {
	return plain(&containerpb.ListOperationsResponse{Operations: a.listOperations(p, v1beta1), MissingZones: a.missingIn(p)})
}

func (a *API) betaServerConfig(place, string, *http.Request) (any, error) {
	return plain(serverConfig())
}
