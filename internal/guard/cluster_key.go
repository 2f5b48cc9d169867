package guard

import (
	"errors"

	"github.com/binauthz/terraform-provider-binauthz/internal/admission"
	"github.com/binauthz/terraform-provider-binauthz/internal/lifecycle"
)

// ClusterKey is a validator for the cluster of a rule.
var ClusterKey = lifecycle.Check("Invalid cluster", "location.cluster", func(key string) error {
	return sentence(admission.CheckKey(admission.ScopeCluster, key))
})

// sentence ends an error with a full stop.
func sentence(err error) error {
	if err == nil {
		return nil
	}
	return errors.New(err.Error() + ".")
}
