package kubernetes

import (
	"encoding/json"
	"fmt"
	"time"

	"github.com/google/uuid"

	"github.com/binauthz/terraform-provider-binauthz/internal/workload"
)

// controllers are the controllers of pods, with their service accounts in kube-system. A Deployment
// creates a ReplicaSet and a CronJob a Job; these create pods.
var controllers = map[string]struct{ apiVersion, account string }{
	"ReplicaSet":            {"apps/v1", "replicaset-controller"},
	"ReplicationController": {"v1", "replication-controller"},
	"StatefulSet":           {"apps/v1", "statefulset-controller"},
	"DaemonSet":             {"apps/v1", "daemon-set-controller"},
	"Job":                   {"batch/v1", "job-controller"},
}

// controlled sets the names of an object's pods and their controller. It returns the pod or the pod
// template of the object.
func (t *template) controlled(o *object, raw []byte, at time.Time) (*podObject, error) {
	name, spec := o.Metadata.Name, &o.Spec
	if name == "" && (o.Kind != "Pod" || o.Metadata.GenerateName == "") {
		return nil, fmt.Errorf("the %s has no name", o.Kind)
	}
	switch o.Kind {
	case "Pod":
		t.name, t.prefix = name, o.Metadata.GenerateName
		var p podObject
		err := json.Unmarshal(raw, &p)
		return &p, err
	case "CronJob": // runs once, in the minute of its creation; a job's name ends in that minute
		t.own("Job", fmt.Sprint(name, "-", at.Unix()/60), spec.JobTemplate.Spec.Parallelism)
		return &spec.JobTemplate.Spec.Template, nil
	case "Deployment":
		hash := hashOf(raw)
		t.own("ReplicaSet", name+"-"+hash, spec.Replicas)
		spec.Template.Metadata.label(hashLabel, hash)
	case "Job":
		t.own(o.Kind, name, spec.Parallelism)
	case "DaemonSet": // clusters here have one node
		t.own(o.Kind, name, nil)
	default:
		t.own(o.Kind, name, spec.Replicas)
	}
	return &spec.Template, nil
}

// hashLabel is on the pods of a Deployment:
// https://kubernetes.io/docs/concepts/workloads/controllers/deployment/#pod-template-hash-label
const hashLabel = "pod-template-hash"

func (m *metadata) label(key, value string) {
	if m.Labels == nil {
		m.Labels = map[string]any{}
	}
	m.Labels[key] = value
}

// own sets the controller of the pods.
func (t *template) own(kind, name string, pods *int) {
	c := controllers[kind]
	t.prefix, t.count, t.ordinal = name+"-", number(pods), kind == "StatefulSet"
	t.owner = owner{c.apiVersion, kind, name, uuid.NewString(), "system:serviceaccount:kube-system:" + c.account}
}

// number is the requested number of pods, by default one.
func number(n *int) int {
	if n == nil {
		return 1
	}
	return *n
}

// objectsOf returns the objects of a manifest in JSON. Lists are replaced by their items.
func objectsOf(manifest []byte) (all [][]byte, err error) {
	objects, err := workload.ParseObjects(string(manifest))
	if err != nil {
		return nil, err
	}
	for _, raw := range objects {
		some, err := flat(raw)
		if err != nil {
			return nil, err
		}
		all = append(all, some...)
	}
	return all, nil
}

func flat(raw []byte) (all [][]byte, err error) {
	var o object
	if err := json.Unmarshal(raw, &o); err != nil || o.Kind != "List" {
		return [][]byte{raw}, err
	}
	for _, item := range o.Items {
		some, err := flat(item)
		if err != nil {
			return nil, err
		}
		all = append(all, some...)
	}
	return all, nil
}
