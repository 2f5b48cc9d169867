package workload

import (
	"regexp"
	"strings"
)

// hashLabel is set by a Deployment on the pods of each of its ReplicaSets. Their names end with its
// value
// (https://kubernetes.io/docs/concepts/workloads/controllers/deployment/#pod-template-hash-label).
const hashLabel = "pod-template-hash"

// runOfCronJob is the suffix in the names of a CronJob's Jobs: the scheduled minute, counted from
// 1970 (https://kubernetes.io/docs/concepts/workloads/controllers/cron-jobs/).
var runOfCronJob = regexp.MustCompile(`-[0-9]{8,}$`)

// Workload returns the source of the pod: its owner, the Deployment of its ReplicaSet, the CronJob
// of its Job (recognized by the name), or the pod itself. A static pod of several nodes is one
// workload (https://kubernetes.io/docs/tasks/configure-pod-container/static-pod/).
func (p *Pod) Workload() Object {
	hash := p.Labels[hashLabel]
	switch deployment, ofDeployment := strings.CutSuffix(p.Owner.Name, "-"+hash); {
	case p.Owner == (Object{}):
		return Object{"Pod", p.Name}
	case p.Owner.Kind == "Node": // a static pod: the kubelet appends the name of the node
		return Object{"Pod", strings.TrimSuffix(p.Name, "-"+p.Owner.Name)}
	case p.Owner.Kind == "ReplicaSet" && hash != "" && ofDeployment:
		return Object{"Deployment", deployment}
	case p.Owner.Kind == "Job" && runOfCronJob.MatchString(p.Owner.Name):
		return Object{"CronJob", runOfCronJob.ReplaceAllString(p.Owner.Name, "")}
	}
	return p.Owner
}

// Stopped reports whether the pod has ended for good. A finished pod of a Job still counts, because
// the next run needs the same images.
func (p *Pod) Stopped() bool {
	return (p.Phase == "Succeeded" || p.Phase == "Failed") && p.Owner.Kind != "Job"
}
