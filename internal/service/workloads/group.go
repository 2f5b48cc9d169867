package workloads

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/binauthz/terraform-provider-binauthz/internal/admission"
	"github.com/binauthz/terraform-provider-binauthz/internal/gcp"
	"github.com/binauthz/terraform-provider-binauthz/internal/resname"
	"github.com/binauthz/terraform-provider-binauthz/internal/rulevalue"
	"github.com/binauthz/terraform-provider-binauthz/internal/workload"
)

// group is the pods of one workload.
type group struct {
	key
	pods   int
	images map[string]*imageUse
}

// key identifies a workload.
type key struct {
	cluster            resname.Cluster
	namespace, account string
	workload           workload.Object
}

// imageUse is the use of an image by a workload.
type imageUse struct{ running, containers []string }

// filter selects pods; an empty list means all.
type filter struct{ clusters, namespaces []string }

func (m *model) filter() filter {
	return filter{rulevalue.Texts(m.Clusters), rulevalue.Texts(m.Namespaces)}
}

func (f filter) wants(p gcp.RunningPod) bool {
	return (len(f.clusters) == 0 || slices.Contains(f.clusters, keyOf(p.Cluster))) &&
		(len(f.namespaces) == 0 || slices.Contains(f.namespaces, p.Pod.Namespace))
}

// keyOf returns the cluster as named in rules.
func keyOf(c resname.Cluster) string { return admission.ClusterKey(c.Location, c.ID) }

// grouped returns the workloads of pods, sorted by cluster, namespace and workload.
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

// insert adds a text to a sorted list without repetitions.
func insert(list []string, text string) []string {
	at, found := slices.BinarySearch(list, text)
	if found {
		return list
	}
	return slices.Insert(list, at, text)
}

func (g *group) sortedImages() []string { return slices.Sorted(maps.Keys(g.images)) }

// question holds the inputs of one request.
type question struct {
	image, namespace, account string
	cluster                   resname.Cluster
}

// requests returns the admission requests of a restart of all workloads. Workloads with the same
// request become one request with all their names.
func requests(found []*group) []request {
	asking := map[question][]*group{}
	for _, g := range found {
		for name := range g.images {
			q := question{name, g.namespace, g.account, g.cluster}
			asking[q] = append(asking[q], g)
		}
	}
	order := func(a, b question) int { return slices.Compare(a.order(), b.order()) }
	all := make([]request, 0, len(asking))
	for _, q := range slices.SortedFunc(maps.Keys(asking), order) {
		all = append(all, request{
			Image: types.StringValue(q.image), Project: types.StringValue(q.cluster.Project), Cluster: types.StringValue(keyOf(q.cluster)),
			Namespace: types.StringValue(q.namespace), ServiceAccount: types.StringValue(q.namespace + ":" + q.account),
			Running: types.BoolValue(true), Workload: types.StringValue(described(asking[q])),
		})
	}
	return all
}

func (q question) order() []string {
	return []string{q.image, q.cluster.String(), q.namespace, q.account}
}

// described names the workloads of one cluster for messages. Users pass requests on in their
// configuration, so the text contains nothing specific to a single pod.
func described(groups []*group) string {
	var names []string
	for _, g := range groups {
		names = append(names, fmt.Sprintf("%s %s/%s", g.workload.Kind, g.namespace, g.workload.Name))
	}
	return strings.Join(names, ", ") + " of " + groups[0].cluster.String()
}
