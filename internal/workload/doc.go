// Package workload reads which images a Kubernetes pod runs: from a pod as the API server has it, and from the manifests that
// make pods. It is pure.
//
// Only the fields that Binary Authorization looks at are typed, with their names in the Kubernetes API
// (https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/pod-v1/). The rest of a manifest is not checked.
package workload
