package workload

import (
	"regexp"
	"strings"
)

// hashLabel is what a Deployment puts on the pods of each of its ReplicaSets, whose names end with it
// (https://kubernetes.io/docs/concepts/workloads/controllers/deployment/#pod-template-hash-label).
const hashLabel = "pod-template-hash"

// runOfCronJob ends the name of a Job that a CronJob makes: the minute that it is for, counted from 1970
// (https://kubernetes.io/docs/concepts/workloads/controllers/cron-jobs/).
var runOfCronJob = regexp.MustCompile(`-[0-9]{8,}$`)

// Workload is what makes pods like this one: the owner, the Deployment behind a ReplicaSet, the
// CronJob behind a Job that is named as its runs are, or the pod itself.
func (p *Pod) Workload() Object {
	hash := p.Labels[hashLabel]
	switch deployment, ofDeployment := strings.CutSuffix(p.Owner.Name, "-"+hash); {
	case p.Owner == (Object{}):
		return Object{"Pod", p.Name}
	case p.Owner.Kind == "ReplicaSet" && hash != "" && ofDeployment:
		return Object{"Deployment", deployment}
	case p.Owner.Kind == "Job" && runOfCronJob.MatchString(p.Owner.Name):
		return Object{"CronJob", runOfCronJob.ReplaceAllString(p.Owner.Name, "")}
	}
	return p.Owner
}

// Stopped says that the pod has ended and that nothing makes it again: only the next run of a job asks for the same images.
func (p *Pod) Stopped() bool {
	return (p.Phase == "Succeeded" || p.Phase == "Failed") && p.Owner.Kind != "Job"
}
