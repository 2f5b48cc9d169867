package kubernetes

import (
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"sigs.k8s.io/yaml"
)

// controlled names the pods of an object and their controller, and returns the pod that the object is or has a template of.
func (t *template) controlled(o *object, raw []byte, at time.Time) (*podObject, error) {
	name, spec := o.Metadata.Name, &o.Spec
	if name == "" && (o.Kind != "Pod" || o.Metadata.GenerateName == "") {
		return nil, fmt.Errorf("the %s has no name", o.Kind)
	}
	t.prefix, t.count = name+"-", number(spec.Replicas)
	switch o.Kind {
	case "Pod":
		t.name, t.prefix, t.count = name, o.Metadata.GenerateName, 1
		var p podObject
		err := json.Unmarshal(raw, &p)
		return &p, err
	case "Deployment":
		hash := hashOf(raw)
		t.prefix = name + "-" + hash + "-"
		if spec.Template.Metadata.Labels == nil {
			spec.Template.Metadata.Labels = map[string]any{}
		}
		// https://kubernetes.io/docs/concepts/workloads/controllers/deployment/#pod-template-hash-label
		spec.Template.Metadata.Labels["pod-template-hash"] = hash
		t.owner = newOwner("apps/v1", "ReplicaSet", name+"-"+hash, "replicaset-controller")
	case "ReplicaSet":
		t.owner = newOwner("apps/v1", o.Kind, name, "replicaset-controller")
	case "ReplicationController":
		t.owner = newOwner("v1", o.Kind, name, "replication-controller")
	case "StatefulSet":
		t.ordinal = true
		t.owner = newOwner("apps/v1", o.Kind, name, "statefulset-controller")
	case "DaemonSet": // clusters here have one node
		t.count = 1
		t.owner = newOwner("apps/v1", o.Kind, name, "daemon-set-controller")
	case "Job":
		t.count = number(spec.Parallelism)
		t.owner = newOwner("batch/v1", o.Kind, name, "job-controller")
	case "CronJob": // runs once, in the minute it is made in; a job's name ends in that minute
		job := fmt.Sprint(name, "-", at.Unix()/60)
		t.prefix, t.count = job+"-", number(spec.JobTemplate.Spec.Parallelism)
		t.owner = newOwner("batch/v1", "Job", job, "job-controller")
		return &spec.JobTemplate.Spec.Template, nil
	}
	return &spec.Template, nil
}

// number is how many pods are asked for: one where nothing is said.
func number(n *int) int {
	if n == nil {
		return 1
	}
	return *n
}

// objectsOf are the objects of a manifest in JSON, with those of lists in the place of the lists.
func objectsOf(manifest []byte) (all [][]byte, err error) {
	for _, document := range documents(string(manifest)) {
		raw, err := yaml.YAMLToJSON([]byte(document))
		if err != nil {
			return nil, err
		}
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
	if string(raw) == "null" {
		return nil, nil
	}
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

// documents cuts YAML at the lines that begin a document.
func documents(text string) (all []string) {
	one := strings.Builder{}
	for line := range strings.Lines(text) {
		if strings.TrimRight(line, " \t\r\n") == "---" || strings.HasPrefix(line, "--- ") {
			all = append(all, one.String())
			one.Reset()
			line = strings.TrimPrefix(line, "---")
		}
		one.WriteString(line)
	}
	return append(all, one.String())
}
