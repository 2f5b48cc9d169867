package workload

import "strings"

// hashLabel is what a Deployment puts on the pods of each of its ReplicaSets, whose names end with it
// (https://kubernetes.io/docs/concepts/workloads/controllers/deployment/#pod-template-hash-label).
const hashLabel = "pod-template-hash"

// Workload is what makes pods like this one: the owner, the Deployment behind a ReplicaSet, or the pod itself.
func (p *Pod) Workload() Object {
	hash := p.Labels[hashLabel]
	switch deployment, ofDeployment := strings.CutSuffix(p.Owner.Name, "-"+hash); {
	case p.Owner == (Object{}):
		return Object{"Pod", p.Name}
	case p.Owner.Kind == "ReplicaSet" && hash != "" && ofDeployment:
		return Object{"Deployment", deployment}
	}
	return p.Owner
}

// Stopped says that the pod has ended and that nothing makes it again: only the next run of a job asks for the same images.
func (p *Pod) Stopped() bool {
	return (p.Phase == "Succeeded" || p.Phase == "Failed") && p.Owner.Kind != "Job"
}
