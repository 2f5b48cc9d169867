package gcp

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"strconv"
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

// Inventory are the pods at one time.
type Inventory struct {
	Pods []RunningPod
	// AsOf is the time of the snapshot. Later changes are missing.
	AsOf time.Time
}

// podPage is the largest page of assets.list.
const podPage = 1000

// podAsset is the asset type of pods (https://cloud.google.com/asset-inventory/docs/asset-types).
const podAsset = "k8s.io/Pod"

// Pods lists the pods of all clusters in a scope: "projects/{id or number}", "folders/{number}" or
// "organizations/{number}". An unreadable pod is an error, because a skipped pod would count as
// missing.
func (c *Clients) Pods(ctx context.Context, scope string) (*Inventory, error) {
	api, err := c.inventoryAPI()
	if err != nil {
		return nil, err
	}
	project, _ := strings.CutPrefix(scope, "projects/")
	if strings.Contains(project, "/") {
		project = ""
	}
	var all Inventory
	err = eachPage(ctx, c, listPods, scope, project, func(ctx context.Context, token string) (string, bool, error) {
		query := url.Values{"assetTypes": {podAsset}, "contentType": {"RESOURCE"}, "pageSize": {strconv.Itoa(podPage)}}
		if token != "" {
			query.Set("pageToken", token)
		}
		var reply cloudasset.ListAssetsResponse
		if err := api.do(ctx, http.MethodGet, "v1/"+scope+"/assets?"+query.Encode(), nil, &reply); err != nil {
			return "", false, err
		}
		return reply.NextPageToken, true, all.add(&reply, c.hostOf(serviceAsset))
	})
	if err != nil {
		return nil, grantedOn(scope, err)
	}
	return &all, nil
}

// grantedOn adds the place of a missing permission: the folder or the organization.
func grantedOn(scope string, err error) error {
	kind, id, _ := strings.Cut(scope, "/")
	commands := map[string]string{"folders": "resource-manager folders", "organizations": "organizations"}
	if e, ok := errors.AsType[*Error](err); ok && e.Kind == KindDenied && commands[kind] != "" {
		e.Remedy = strings.Replace(e.Remedy, "gcloud projects add-iam-policy-binding PROJECT",
			"gcloud "+commands[kind]+" add-iam-policy-binding "+id, 1)
	}
	return err
}

// add adds a whole page or nothing of it: a failed page is requested again.
func (i *Inventory) add(reply *cloudasset.ListAssetsResponse, host string) error {
	asOf, err := time.Parse(time.RFC3339Nano, reply.ReadTime)
	if err != nil {
		return broken(host, "a list of assets without a time")
	}
	pods := make([]RunningPod, 0, len(reply.Assets))
	for _, asset := range reply.Assets {
		if asset == nil {
			return broken(host, "something other than an asset")
		}
		pod, err := podFrom(asset)
		if err != nil {
			return &Error{
				Kind: KindFailed, Message: fmt.Sprintf("the asset %q of the inventory cannot be read as a pod: %s", asset.Name, err),
				Remedy: "The provider does not skip unreadable pods. " +
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

// podFrom reads
// "//container.googleapis.com/projects/P/locations/L/clusters/C/k8s/namespaces/NS/pods/POD". Zonal
// clusters can have "zones" instead of "locations".
func podFrom(asset *cloudasset.Asset) (RunningPod, error) {
	odd := errors.New("its name is not the name of a pod in a GKE cluster")
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
