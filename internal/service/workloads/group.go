package workloads

import (
	"cmp"
	"maps"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/binauthz/terraform-provider-binauthz/internal/gcp"
	"github.com/binauthz/terraform-provider-binauthz/internal/resname"
	"github.com/binauthz/terraform-provider-binauthz/internal/workload"
)

// group are the pods of one workload.
type group struct {
	key
	pods   int
	images map[string]*imageUse
}

// key tells workloads apart.
type key struct {
	cluster            resname.Cluster
	namespace, account string
	workload           workload.Object
}

// imageUse is how a workload runs an image.
type imageUse struct{ running, containers []string }

// filter says which pods are looked at; nothing stands for all.
type filter struct{ clusters, namespaces []string }

func (m *model) filter() filter { return filter{texts(m.Clusters), texts(m.Namespaces)} }

func (f filter) wants(p gcp.RunningPod) bool {
	return (len(f.clusters) == 0 || slices.Contains(f.clusters, keyOf(p.Cluster))) && (len(f.namespaces) == 0 || slices.Contains(f.namespaces, p.Pod.Namespace))
}

// keyOf is the cluster as rules name it.
func keyOf(c resname.Cluster) string { return c.Location + "." + c.ID }

// grouped are the workloads of pods, sorted by cluster, namespace and workload.
func grouped(pods []gcp.RunningPod, f filter) []*group {
	groups := map[key]*group{}
	for _, p := range pods {
		if p.Pod.Stopped() || !f.wants(p) {
			continue
		}
		k := key{p.Cluster, p.Pod.Namespace, p.Pod.ServiceAccount, p.Pod.Workload()}
		if groups[k] == nil {
			groups[k] = &group{key: k, images: map[string]*imageUse{}}
		}
		groups[k].add(p.Pod)
	}
	return slices.SortedFunc(maps.Values(groups), func(a, b *group) int { return slices.Compare(a.order(), b.order()) })
}

func (k key) order() []string {
	return []string{k.cluster.String(), k.namespace, k.workload.Kind, k.workload.Name, k.account}
}

func (g *group) add(p workload.Pod) {
	g.pods++
	for _, c := range p.Containers {
		use := g.images[c.Image]
		if use == nil {
			use = &imageUse{running: []string{}}
			g.images[c.Image] = use
		}
		use.containers = insert(use.containers, c.Name)
		if c.Running != "" {
			use.running = insert(use.running, c.Running)
		}
	}
}

// insert keeps a list sorted and without repetitions.
func insert(list []string, text string) []string {
	at, found := slices.BinarySearch(list, text)
	if found {
		return list
	}
	return slices.Insert(list, at, text)
}

func (g *group) sortedImages() []string { return slices.Sorted(maps.Keys(g.images)) }

// requests are what has to be admitted for the workloads to come up again. Two workloads that ask for the same in the same place are one
// request, which names the first of them.
func requests(found []*group) []request {
	type question struct{ project, image, cluster, namespace, account string }
	seen := map[question]bool{}
	var all []request
	for _, g := range found {
		for _, name := range g.sortedImages() {
			q := question{g.cluster.Project, name, keyOf(g.cluster), g.namespace, g.account}
			if seen[q] {
				continue
			}
			seen[q] = true
			all = append(all, request{
				Image: types.StringValue(name), Project: types.StringValue(g.cluster.Project), Cluster: types.StringValue(q.cluster), Namespace: types.StringValue(g.namespace),
				ServiceAccount: types.StringValue(g.namespace + ":" + g.account), Running: types.BoolValue(true), Workload: types.StringValue(g.described()),
			})
		}
	}
	slices.SortStableFunc(all, func(a, b request) int { return cmp.Compare(a.Image.ValueString(), b.Image.ValueString()) })
	return all
}

func texts(set types.Set) (all []string) {
	for _, element := range set.Elements() {
		if text, ok := element.(types.String); ok {
			all = append(all, text.ValueString())
		}
	}
	return all
}
