// Package kubernetes emulates what clusters do with pods as far as Binary Authorization is concerned: a manifest makes pods, the cluster's
// project policy is asked about their images, the audit log gets an entry for each, and those that are admitted are in Cloud Asset
// Inventory. There is no Kubernetes API; tests and the emulator's control methods call this package.
//
// Entries have the form of recordings of May 2024, for which https://cloud.google.com/binary-authorization/docs/viewing-audit-logs has
// searches. Where nothing says what happens, the emulator takes the stricter reading; the list is in the documentation of package emulator.
package kubernetes

import (
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

// Google is what clusters speak to.
type Google struct {
	Clusters     *gke.API
	Policies     *binauthz.API
	Attestations *containeranalysis.API
	Log          *logging.API
	Inventory    *asset.API
}

// API are the pods of all clusters. It is safe for concurrent use. Use New.
type API struct {
	// Principal is who makes bare pods, as the audit log names him. Set it before the first call.
	Principal string

	w *world.World
	Google

	mu       sync.Mutex
	pods     map[string]bool // by full resource name
	digests  map[string]string
	failOpen int
	openKey  string
	serial   uint64
}

// New returns clusters without pods. It tells g's clusters to say when one goes.
func New(w *world.World, g Google) *API {
	a := &API{Principal: "developer@example.com", w: w, Google: g, pods: map[string]bool{}, digests: map[string]string{}}
	g.Clusters.Deleted = a.forget
	g.Inventory.Settle = g.Clusters.Settle
	return a
}

// The labels that an entry of a pod that was admitted unjudged has had over time.
const (
	FailedOpen       = "imagepolicywebhook.image-policy.k8s.io/failed-open"
	FailedOpenOld    = "image-policy.k8s.io/failed-open"
	FailedOpenByName = "failed-open.validating.webhook.admission.k8s.io/round_0_index_0"
)

// FailOpen makes the next pods in clusters that judge be admitted without being judged, as when Binary Authorization cannot be reached.
// Their entries have label, FailedOpen if it is empty.
func (a *API) FailOpen(pods int, label string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.failOpen, a.openKey = pods, label
	if label == "" {
		a.openKey = FailedOpen
	}
}

// SetDigest says what an image that is named by tag is pulled as: "sha256:…". Without it the digest is made from the name.
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
	if !a.pods[full] {
		return status.Errorf(codes.NotFound, "Error from server (NotFound): pods %q not found", name)
	}
	delete(a.pods, full)
	now := a.w.Clock().UTC()
	a.Inventory.Remove(now, func(x *asset.Asset) bool { return x.Name == full })
	return a.Log.Add(a.deletion(c, namespace, name, now))
}

// forget deletes the pods of a cluster that is gone.
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
	a.Inventory.Remove(a.w.Clock().UTC(), func(x *asset.Asset) bool { return strings.HasPrefix(x.Name, prefix) })
}

// namespaceName and fullName are names of https://cloud.google.com/asset-inventory/docs/asset-names, which has zones for clusters in one.
func namespaceName(c resname.Cluster, namespace string) string {
	return "//container.googleapis.com/" + gke.Path(c) + "/k8s/namespaces/" + namespace
}

func fullName(c resname.Cluster, namespace, name string) string {
	return namespaceName(c, namespace) + "/pods/" + name
}

func (a *API) now() time.Time { return a.w.Now().AsTime() }
