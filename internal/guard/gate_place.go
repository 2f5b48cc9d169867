package guard

import (
	"strings"

	"github.com/binauthz/terraform-provider-binauthz/internal/admission"
	"github.com/binauthz/terraform-provider-binauthz/internal/auditlog"
	"github.com/binauthz/terraform-provider-binauthz/internal/judge"
)

// mostPlaces limits the length of a filter: Cloud Logging accepts 20,000 characters
// (https://cloud.google.com/logging/quotas).
const mostPlaces = 50

// places are the places of the turns' pods in the audit log. In a busy project, the newest entries
// can all be of other pods. Without any, the pods can be everywhere.
func (l *gateLook) places() (all []auditlog.Place) {
	for _, turn := range l.turns {
		place, known := placeOf(turn)
		if !known || len(all) == mostPlaces {
			return nil
		}
		all = append(all, place)
	}
	return all
}

// placeOf is the place of a turn's pods: either rule can limit it.
func placeOf(turn judge.Turn) (auditlog.Place, bool) {
	for _, end := range turn.Ends() {
		switch admission.Scope(end.Field) {
		case admission.ScopeCluster:
			location, id, _ := admission.ClusterOfKey(end.Key)
			return auditlog.Place{Location: location, Cluster: id}, true
		case admission.ScopeNamespace:
			return auditlog.Place{Namespace: end.Key}, true
		case admission.ScopeServiceAccount:
			namespace, _, _ := strings.Cut(end.Key, ":")
			return auditlog.Place{Namespace: namespace}, true
		case admission.ScopeIstioIdentity, admission.ScopeDefault:
		}
	}
	return auditlog.Place{}, false
}
