package kubernetes

import (
	"fmt"
	"time"

	"cloud.google.com/go/logging/apiv2/loggingpb"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/binauthz/terraform-provider-binauthz/internal/emulator/asset"
	"github.com/binauthz/terraform-provider-binauthz/internal/emulator/gke"
)

// PodResult is the result for one pod.
type PodResult struct {
	Name      string `json:"name"` // empty for a refused pod of a controller; it has no name
	Namespace string `json:"namespace"`
	Admitted  bool   `json:"admitted"`
	DryRun    bool   `json:"dryRun"` // admitted only because of a dry run of the violated rule
	// Message is kubectl's output for a refused pod, or the event of its controller. It is empty
	// for an admitted pod.
	Message string `json:"message,omitempty"`
}

// CreatePod creates the pods of a manifest, YAML or JSON, in a cluster, like kubectl create -f -.
// It returns the result of the first refused pod, or else of the first. A refusal is no error.
// Errors: no such cluster, a manifest that workload.ParseManifests refuses, an existing pod.
func (a *API) CreatePod(cluster string, manifest []byte) (PodResult, error) {
	pods, err := a.CreatePods(cluster, manifest)
	if err != nil {
		return PodResult{}, err
	}
	return worst(pods), nil
}

func worst(pods []PodResult) PodResult {
	for _, p := range pods {
		if !p.Admitted {
			return p
		}
	}
	if len(pods) == 0 {
		return PodResult{}
	}
	return pods[0]
}

// CreatePods is CreatePod with the results of all pods, in the order of the manifest.
func (a *API) CreatePods(cluster string, manifest []byte) ([]PodResult, error) {
	return a.create(cluster, manifest, stdin, a.now())
}

// CreatePodsAt creates the pods with another creation time. The present policy and attestations
// apply.
func (a *API) CreatePodsAt(at time.Time, cluster string, manifest []byte) ([]PodResult, error) {
	return a.create(cluster, manifest, stdin, at.UTC())
}

// CreatePodsOf is CreatePods with the file name in kubectl's output for a refusal.
func (a *API) CreatePodsOf(file, cluster string, manifest []byte) ([]PodResult, error) {
	return a.create(cluster, manifest, file, a.now())
}

// stdin is kubectl's name of the file -.
const stdin = "STDIN"

// creation is one call of kubectl.
type creation struct {
	*API
	cluster gke.Cluster
	file    string
	at      time.Time
	results []PodResult
	entries []*loggingpb.LogEntry
	assets  []*asset.Asset
	started []running
}

func (a *API) create(cluster string, manifest []byte, file string, at time.Time) ([]PodResult, error) {
	c, err := a.Clusters.ClusterOf(cluster)
	if err != nil {
		return nil, err
	}
	templates, err := templatesOf(manifest, at)
	if err != nil {
		return nil, status.Error(codes.InvalidArgument, err.Error())
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	work := &creation{API: a, cluster: c, file: file, at: at}
	err = work.all(templates)
	if len(work.started) > 0 {
		work.entries = append(work.entries, a.monitor(c, work.started, at)...)
	}
	a.Inventory.Put(work.assets...)
	if logged := a.Log.Add(work.entries...); err == nil {
		err = logged
	}
	return work.results, err
}

// all creates the pods, up to the first existing one.
func (c *creation) all(templates []*template) error {
	for _, t := range templates {
		judged := c.judge(t)
		for i := range t.count {
			if err := c.pod(t, i, judged); err != nil {
				return err
			}
		}
	}
	return nil
}

// pod creates one pod of a template.
func (c *creation) pod(t *template, i int, judged outcome) error {
	p := c.newPod(t, i)
	labels, refused := c.labels(t, judged)
	switch {
	case refused: // admission comes before the check for existing pods
		c.refuse(p, judged)
		return nil
	case c.exists(p.full):
		why := fmt.Sprintf("pods %q already exists", p.name)
		c.entries = append(c.entries, c.existing(p, why))
		return status.Errorf(codes.AlreadyExists, "Error from server (AlreadyExists): error when creating %q: %s", c.file, why)
	}
	c.admit(p, labels)
	c.results = append(c.results, PodResult{Name: p.name, Namespace: t.namespace, Admitted: true, DryRun: labels[dryRun] != ""})
	return nil
}

func (c *creation) refuse(p *pod, judged outcome) {
	message := fmt.Sprintf("Error from server (%s): error when creating %q: %s", violates, c.file, judged.message())
	if p.owner.kind != "" {
		// https://cloud.google.com/binary-authorization/docs/deploy-with-binauthz has the event of
		// a ReplicaSet.
		message = "Error creating: " + judged.message()
	}
	c.entries = append(c.entries, c.refused(p, judged))
	c.results = append(c.results, PodResult{Name: p.asked(), Namespace: p.namespace, Message: message})
}

func (c *creation) admit(p *pod, labels map[string]string) {
	c.pods[p.full] = running{cluster: c.cluster.Cluster, pod: p.workload(), deployed: c.at}
	c.started = append(c.started, c.pods[p.full])
	c.entries = append(c.entries, c.admitted(p, labels))
	c.assets = append(c.assets, c.asset(p))
}
