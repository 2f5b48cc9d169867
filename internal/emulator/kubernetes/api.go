// Package kubernetes emulates the work of clusters with pods, as far as it concerns Binary
// Authorization. A manifest creates pods, and the project policy decides about their images. The
// audit log gets an entry for each pod, and Cloud Asset Inventory lists the admitted ones. There is
// no Kubernetes API: tests and the control methods of the emulator call this package.
//
// Entries have the form of recordings of May 2024, and match the searches in
// https://cloud.google.com/binary-authorization/docs/viewing-audit-logs. Where nothing is
// documented, the emulator takes the stricter reading; the list is in package emulator.
package kubernetes

import (
	"slices"
	"strings"
	"sync"
	"time"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/binauthz/terraform-provider-binauthz/internal/emulator/asset"
	"github.com/binauthz/terraform-provider-binauthz/internal/emulator/binauthz"
	"github.com/binauthz/terraform-provider-binauthz/internal/emulator/containeranalysis"
	"github.com/binauthz/terraform-provider-binauthz/internal/emulator/gke"
	"github.com/binauthz/terraform-provider-binauthz/internal/emulator/logging"
	"github.com/binauthz/terraform-provider-binauthz/internal/emulator/world"
	"github.com/binauthz/terraform-provider-binauthz/internal/resname"
)

// Google holds the APIs used by clusters.
type Google struct {
	Clusters     *gke.API
	Policies     *binauthz.API
	Attestations *containeranalysis.API
	Log          *logging.API
	Inventory    *asset.API
}

// API are the pods of all clusters. It is safe for concurrent use. Use New.
type API struct {
	// Principal is the creator of bare pods in the audit log. Set it before the first call.
	Principal string

	w *world.World
	Google

	mu       sync.Mutex
	pods     map[string]running // by full resource name
	ended    []running          // since the monitor last ran
	digests  map[string]string
	failOpen int
	openKey  string
	serial   uint64
}

// New returns clusters without pods. It subscribes to the deletion of g's clusters.
func New(w *world.World, g Google) *API {
	a := &API{Principal: "developer@example.com", w: w, Google: g, pods: map[string]running{}, digests: map[string]string{}}
	g.Clusters.Deleted = a.forget
	g.Inventory.Settle = g.Clusters.Settle
	return a
}

// The labels, over time, of entries for pods admitted without evaluation.
const (
	FailedOpen       = "imagepolicywebhook.image-policy.k8s.io/failed-open"
	FailedOpenOld    = "image-policy.k8s.io/failed-open"
	FailedOpenByName = "failed-open.validating.webhook.admission.k8s.io/round_0_index_0"
)

// FailOpen admits the next pods without evaluation in clusters with enforcement, as if Binary
// Authorization were unreachable. Their entries have label, FailedOpen if it is empty.
func (a *API) FailOpen(pods int, label string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.failOpen, a.openKey = pods, label
	if label == "" {
		a.openKey = FailedOpen
	}
}

// SetDigest sets the digest of an image named by tag: "sha256:…". The default digest is made from
// the name.
func (a *API) SetDigest(image, digest string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.digests[image] = digest
}

// DeletePod deletes a pod at once.
func (a *API) DeletePod(cluster, namespace, name string) error {
	c, err := a.Clusters.ClusterOf(cluster)
	if err != nil {
		return err
	}
	full := fullName(c.Cluster, namespace, name)
	a.mu.Lock()
	defer a.mu.Unlock()
	p, found := a.pods[full]
	if !found {
		return status.Errorf(codes.NotFound, "Error from server (NotFound): pods %q not found", name)
	}
	now := a.w.Clock().UTC()
	a.end(full, p, now)
	a.Inventory.Remove(now, func(x *asset.Asset) bool { return x.Name == full })
	return a.Log.Add(a.deletion(c, namespace, name, now))
}

// forget deletes the pods of a deleted cluster.
func (a *API) forget(c resname.Cluster) {
	prefix := fullName(c, "", "")
	prefix = prefix[:strings.Index(prefix, "/k8s/")+len("/k8s/")]
	a.mu.Lock()
	defer a.mu.Unlock()
	for name := range a.pods {
		if strings.HasPrefix(name, prefix) {
			delete(a.pods, name)
		}
	}
	a.ended = slices.DeleteFunc(a.ended, func(p running) bool { return p.cluster == c }) // its monitoring policies are gone, too
	a.Inventory.Remove(a.w.Clock().UTC(), func(x *asset.Asset) bool { return strings.HasPrefix(x.Name, prefix) })
}

// namespaceName and fullName are names of
// https://cloud.google.com/asset-inventory/docs/asset-names; zonal clusters have zones in them.
func namespaceName(c resname.Cluster, namespace string) string {
	return "//container.googleapis.com/" + gke.Path(c) + "/k8s/namespaces/" + namespace
}

func fullName(c resname.Cluster, namespace, name string) string {
	return namespaceName(c, namespace) + "/pods/" + name
}

func (a *API) now() time.Time { return a.w.Now().AsTime() }
