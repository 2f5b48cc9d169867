package gcp

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"strings"
	"time"

	"google.golang.org/api/cloudasset/v1"

	"github.com/binauthz/terraform-provider-binauthz/internal/resname"
	"github.com/binauthz/terraform-provider-binauthz/internal/workload"
)

// RunningPod is a pod of a cluster, as Cloud Asset Inventory has it.
type RunningPod struct {
	Cluster resname.Cluster
	Pod     workload.Pod
}

// Inventory are the pods that existed at a moment.
type Inventory struct {
	Pods []RunningPod
	// AsOf is the moment of the snapshot. What was made or deleted since is not in it.
	AsOf time.Time
}

// podPage is the largest page of assets.list.
const podPage = 1000

// podAsset is the inventory's name of pods (https://cloud.google.com/asset-inventory/docs/asset-types).
const podAsset = "k8s.io/Pod"

// Pods lists the pods of all clusters in a scope: "projects/{id or number}", "folders/{number}" or "organizations/{number}". Errors: as
// of every call; a pod that cannot be read is one too, because a pod that is left out would count as one that does not exist.
func (c *Clients) Pods(ctx context.Context, scope string) (*Inventory, error) {
	client, err := c.inventoryClient()
	if err != nil {
		return nil, err
	}
	project, _ := strings.CutPrefix(scope, "projects/")
	if strings.Contains(project, "/") {
		project = ""
	}
	var all Inventory
	err = restList(ctx, c, listPods, scope, project, func(ctx context.Context, token string) (string, bool, error) {
		list := client.Assets.List(scope).AssetTypes(podAsset).ContentType("RESOURCE").PageSize(podPage).Context(ctx)
		if token != "" {
			list.PageToken(token)
		}
		reply, err := list.Do()
		if err != nil {
			return "", false, err
		}
		return reply.NextPageToken, true, all.add(reply, c.hostOf(serviceAsset))
	})
	if err != nil {
		return nil, grantedOn(scope, err)
	}
	return &all, nil
}

// grantedOn says where a permission is granted that is missing on a folder or an organization.
func grantedOn(scope string, err error) error {
	kind, id, _ := strings.Cut(scope, "/")
	commands := map[string]string{"folders": "resource-manager folders", "organizations": "organizations"}
	if e, ok := errors.AsType[*Error](err); ok && e.Kind == KindDenied && commands[kind] != "" {
		e.Remedy = strings.Replace(e.Remedy, "gcloud projects add-iam-policy-binding PROJECT",
			"gcloud "+commands[kind]+" add-iam-policy-binding "+id, 1)
	}
	return err
}

// add takes a page over as a whole, or nothing of it: a page that fails is asked for again.
func (i *Inventory) add(reply *cloudasset.ListAssetsResponse, host string) error {
	asOf, err := time.Parse(time.RFC3339Nano, reply.ReadTime)
	if err != nil {
		return broken(host, "a list of assets without a time")
	}
	pods := make([]RunningPod, 0, len(reply.Assets))
	for _, asset := range reply.Assets {
		if asset == nil {
			return broken(host, "something that is no asset")
		}
		pod, err := podFrom(asset)
		if err != nil {
			return &Error{
				Kind: KindFailed, Message: fmt.Sprintf("the inventory has the asset %q, which cannot be read as a pod: %s", asset.Name, err),
				Remedy: "No pod is left out, because it would count as one that does not exist. " +
					"Look at the pod in the cluster; if it is a normal one, report this.",
			}
		}
		pods = append(pods, pod)
	}
	i.Pods = append(i.Pods, pods...)
	if i.AsOf.IsZero() || asOf.Before(i.AsOf) {
		i.AsOf = asOf
	}
	return nil
}

// podName is how the inventory names a pod of a cluster.
var podName = regexp.MustCompile(`^//container\.googleapis\.com/(projects/.+)/k8s/namespaces/([^/]+)/pods/([^/]+)$`)

// podFrom reads "//container.googleapis.com/projects/P/locations/L/clusters/C/k8s/namespaces/NS/pods/POD"; clusters of a zone can have
// "zones" in place of "locations".
func podFrom(asset *cloudasset.Asset) (RunningPod, error) {
	odd := errors.New("its name is not that of a pod of a GKE cluster")
	name := podName.FindStringSubmatch(asset.Name)
	if name == nil {
		return RunningPod{}, odd
	}
	cluster, err := resname.ParseCluster(name[1], "")
	if err != nil {
		return RunningPod{}, odd
	}
	if asset.Resource == nil {
		return RunningPod{}, errors.New("it has no content")
	}
	pod, err := workload.ParsePod(asset.Resource.Data)
	pod.Namespace, pod.Name = name[2], name[3]
	return RunningPod{Cluster: cluster, Pod: pod}, err
}
