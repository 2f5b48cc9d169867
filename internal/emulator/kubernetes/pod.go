package kubernetes

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strings"
	"time"

	"github.com/google/uuid"
	"google.golang.org/protobuf/types/known/structpb"

	"github.com/binauthz/terraform-provider-binauthz/internal/emulator/asset"
)

// pod is one pod of a template.
type pod struct {
	*template
	name, full string
	uid        string
}

// newPod names the i-th pod of a template. The caller holds the lock.
func (c *creation) newPod(t *template, i int) *pod {
	p := &pod{template: t, name: t.name, uid: uuid.NewString()}
	switch {
	case t.ordinal:
		p.name = fmt.Sprint(t.prefix, i)
	case p.name == "":
		c.serial++
		p.name = t.prefix + letters(c.serial*7654321%14348907, 5) // 3^15 numbers without repetition
	}
	p.full = fullName(c.cluster.Cluster, t.namespace, p.name)
	return p
}

// letters encodes a number in the letters and digits of generated Kubernetes names
// (k8s.io/apimachinery/pkg/util/rand omits vowels and similar characters).
func letters(n uint64, length int) string {
	const alphabet = "bcdfghjklmnpqrstvwxz2456789"
	text := make([]byte, length)
	for i := range text {
		text[i] = alphabet[n%uint64(len(alphabet))]
		n /= uint64(len(alphabet))
	}
	return string(text)
}

// asked is the requested name of the pod: empty if the API server generates it.
func (p *pod) asked() string {
	if p.template.name != "" || p.ordinal {
		return p.name
	}
	return ""
}

// metadata is the metadata of the pod at the API server, or in the request.
func (p *pod) metadata(created time.Time) map[string]any {
	m := map[string]any{"namespace": p.namespace}
	if len(p.labels) > 0 {
		m["labels"] = p.labels
	}
	if len(p.annotations) > 0 {
		m["annotations"] = p.annotations
	}
	if p.template.name == "" && !p.ordinal {
		m["generateName"] = p.prefix
	}
	if p.owner.kind != "" {
		m["ownerReferences"] = []any{map[string]any{
			"apiVersion": p.owner.apiVersion, "kind": p.owner.kind, "name": p.owner.name, "uid": p.owner.uid,
			"controller": true, "blockOwnerDeletion": true,
		}}
	}
	if created.IsZero() {
		if name := p.asked(); name != "" {
			m["name"] = name
		}
		return m
	}
	m["name"], m["uid"], m["creationTimestamp"] = p.name, p.uid, created.Format(time.RFC3339)
	return m
}

// object is the pod in JSON.
func (p *pod) object(created time.Time, status map[string]any) *structpb.Struct {
	s := structOf(map[string]any{"metadata": p.metadata(created), "status": status})
	s.Fields["spec"] = structpb.NewStructValue(p.spec)
	return s
}

// structOf converts former JSON; a Struct accepts all of it.
func structOf(m map[string]any) *structpb.Struct {
	s, err := structpb.NewStruct(m)
	if err != nil {
		return &structpb.Struct{Fields: map[string]*structpb.Value{}}
	}
	return s
}

// asset is the running pod in the inventory's form: without kind and apiVersion, because tools
// restore them (GoogleCloudPlatform/khi, TestRestoreManifestTypeMeta).
func (c *creation) asset(p *pod) *asset.Asset {
	return &asset.Asset{
		Name: p.full, Type: "k8s.io/Pod", Project: c.cluster.Project, Location: c.cluster.Location,
		Parent: namespaceName(c.cluster.Cluster, p.namespace), ParentType: "k8s.io/Namespace", Version: "v1",
		Data: p.object(c.at, c.running(p)), Made: c.at,
	}
}

// running is the status of a pod with all containers running.
func (c *creation) running(p *pod) map[string]any {
	status := map[string]any{"phase": "Running"}
	for list, field := range map[string]string{
		"containers": "containerStatuses", "initContainers": "initContainerStatuses", "ephemeralContainers": "ephemeralContainerStatuses",
	} {
		var all []any
		for _, v := range p.spec.GetFields()[list].GetListValue().GetValues() {
			f := v.GetStructValue().GetFields()
			image := f["image"].GetStringValue()
			all = append(all, map[string]any{
				"name": f["name"].GetStringValue(), "image": image, "imageID": c.pulled(image), "ready": true, "started": true,
				"state": map[string]any{"running": map[string]any{"startedAt": c.at.Format(time.RFC3339)}},
			})
		}
		if len(all) > 0 {
			status[field] = all
		}
	}
	return status
}

// pulled is the id of an image on a node: its repository with the digest. Docker's short names get
// their registry.
func (c *creation) pulled(image string) string {
	repository, digest, found := strings.Cut(image, "@")
	if !found {
		if digest = c.digests[image]; digest == "" {
			sum := sha256.Sum256([]byte(image))
			digest = "sha256:" + hex.EncodeToString(sum[:])
		}
	}
	if i := strings.LastIndex(repository, ":"); i > strings.LastIndex(repository, "/") {
		repository = repository[:i]
	}
	switch host, _, slash := strings.Cut(repository, "/"); {
	case !slash:
		repository = "docker.io/library/" + repository
	case !strings.ContainsAny(host, ".:") && host != "localhost":
		repository = "docker.io/" + repository
	}
	return repository + "@" + digest
}
