package gcp

import (
	"slices"
	"sync"
)

// clusterClaims are the plans of this run for the settings of clusters, by cluster.
type clusterClaims struct {
	mu   sync.Mutex
	of   map[string][]clusterClaim
	told map[string]bool
}

type clusterClaim struct {
	exists bool
	wish   string
}

// ClaimCluster notes that a resource of this run is planned to own the settings of a cluster, and reports, once for each cluster, whether
// another does so too. exists says that the resource is in the state, wish is all that the user wrote.
//
// Terraform does not say which resource a plan is for, and plans one that is to be replaced twice: as what exists, and as what is to be made.
// Two plans of one kind are two resources. Two of different kinds are, too, unless they wish for the same; then nothing is told before the
// second is in the state as well.
func (c *Clients) ClaimCluster(id string, exists bool, wish string) (clash bool) {
	all := &c.clusterClaims
	all.mu.Lock()
	defer all.mu.Unlock()
	if all.of == nil {
		all.of, all.told = map[string][]clusterClaim{}, map[string]bool{}
	}
	clash = slices.ContainsFunc(all.of[id], func(other clusterClaim) bool { return other.exists == exists || other.wish != wish })
	all.of[id] = append(all.of[id], clusterClaim{exists, wish})
	if !clash || all.told[id] {
		return false
	}
	all.told[id] = true
	return true
}
