package gke

import (
	"fmt"
	"slices"

	"cloud.google.com/go/container/apiv1/containerpb"
	"google.golang.org/grpc/codes"
)

// Setting is a cluster's Binary Authorization setting. Mode has the API's spelling; it is DISABLED
// for a cluster without a setting. Bindings have the form of the API's answers.
type Setting struct {
	Mode     string
	Bindings []string
}

// AddCluster adds a RUNNING cluster without a Binary Authorization setting at once. Errors: an
// invalid or existing name.
func (a *API) AddCluster(name string) error {
	defer a.lock()()
	n, err := a.locateCluster(name, legacy{})
	if err != nil {
		return err
	}
	if err := checkNewName(n); err != nil {
		return err
	}
	if a.clusters[n] != nil {
		return fmt.Errorf("%s exists", name)
	}
	_, err = a.add(n, nil, nil)
	return err
}

// DeleteCluster deletes a cluster and its running operation at once. A missing cluster is no error.
func (a *API) DeleteCluster(name string) error {
	defer a.lock()()
	n, err := a.locateCluster(name, legacy{})
	if err != nil {
		return err
	}
	if c := a.clusters[n]; c != nil && c.busy != nil {
		a.end(c.busy, a.w.Clock().UTC())
	}
	a.drop(n)
	return nil
}

// SetBinaryAuthorization changes a cluster's setting at once, without an operation, and even during
// one. An empty mode removes the message.
func (a *API) SetBinaryAuthorization(name, mode string, bindings ...string) error {
	defer a.lock()()
	c, err := a.known(name)
	if err != nil {
		return err
	}
	if mode == "" && len(bindings) == 0 {
		a.hold(c, nil)
		return nil
	}
	s, err := newSetting(false, mode, slices.Clone(bindings))
	if err != nil {
		return err
	}
	if err := a.checkDistinct(s); err != nil {
		return err
	}
	a.hold(c, s)
	return nil
}

// SetStatus sets the status of a cluster, such as PROVISIONING, RECONCILING, ERROR or RUNNING. A
// running operation hides it.
func (a *API) SetStatus(name, status string) error {
	defer a.lock()()
	c, err := a.known(name)
	if err != nil {
		return err
	}
	number, ok := containerpb.Cluster_Status_value[status]
	if !ok {
		return fmt.Errorf("%q is not the status of a cluster", status)
	}
	c.status, c.reason = containerpb.Cluster_Status(number), ""
	return nil
}

// SetMissingZones makes the lists of a project omit these zones or regions and name them in
// missing_zones. Without zones, lists are complete again.
func (a *API) SetMissingZones(project string, zones ...string) {
	defer a.lock()()
	a.missing[a.w.ProjectID(project)] = slices.Clone(zones)
}

// History returns all settings of a cluster, oldest first, from its creation on. Consecutive
// settings with the same meaning appear once. The history outlives the cluster.
func (a *API) History(name string) []Setting {
	defer a.lock()()
	n, err := a.locateCluster(name, legacy{})
	if err != nil {
		return nil
	}
	var past []Setting
	for _, s := range a.history[n] {
		past = append(past, Setting{Mode: s.effective(), Bindings: a.read(bindingsOf(s))})
	}
	return past
}

// StartOperation starts an operation of another user on a cluster, such as "UPGRADE_MASTER", and
// returns its bare id. It ends after World.OperationTime, or by FinishOperation; only by the latter
// if OperationTime is 0. The id is empty if the cluster is unknown or busy, or the API has no
// operation of that type.
func (a *API) StartOperation(name, kind string) (id string) {
	defer a.lock()()
	c, err := a.known(name)
	number, ok := containerpb.Operation_Type_value[kind]
	if err != nil || !ok || c.busy != nil {
		return ""
	}
	op := a.start(c, containerpb.Operation_Type(number), func() { c.revision++ }, unchanged)
	op.byHand = a.w.OperationTime == 0
	return op.id
}

// FinishOperation ends any operation now. An ended one stays unchanged.
func (a *API) FinishOperation(id string) error {
	defer a.lock()()
	op := a.operation(id)
	if op == nil {
		return fmt.Errorf("there is no operation %s", id)
	}
	if op.ended.IsZero() {
		a.finish(op, a.w.Clock().UTC())
	}
	return nil
}

// FailNextOperation makes the next operation on a cluster fail without effect. The cluster need not
// exist yet. code is a name of google.rpc.Code such as "INTERNAL"; any other counts as UNKNOWN. The
// service reports failures in error and, not always, in the deprecated status_message:
// withStatusMessage asks for both.
func (a *API) FailNextOperation(name, code, message string, withStatusMessage bool) {
	defer a.lock()()
	n, err := a.locateCluster(name, legacy{})
	if err != nil {
		return
	}
	f := &failure{code: codes.Unknown, message: message, statusMessageAsWell: withStatusMessage}
	if f.code.UnmarshalJSON([]byte(`"`+code+`"`)) != nil {
		f.code = codes.Unknown
	}
	a.failures[n] = f
}

func (a *API) known(name string) (*cluster, error) {
	n, err := a.locateCluster(name, legacy{})
	if err != nil {
		return nil, err
	}
	return a.find(n)
}
