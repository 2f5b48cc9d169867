package gke

import (
	"fmt"
	"slices"

	"cloud.google.com/go/container/apiv1/containerpb"
	"google.golang.org/grpc/codes"
)

// Setting is what a cluster was told to evaluate. Mode is spelled as the API spells it, DISABLED also for a cluster
// that was never told anything. Bindings are as a reader of the cluster sees them.
type Setting struct {
	Mode     string
	Bindings []string
}

// AddCluster puts a RUNNING cluster without a Binary Authorization setting in place, at once. It fails when the name is
// not valid or taken.
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

// DeleteCluster takes a cluster away at once, and with it the operation that keeps it busy. One that is not there is no error.
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

// SetBinaryAuthorization changes a cluster's setting at once, without an operation and even beside one. An empty mode
// takes the message away.
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

// SetStatus gives a cluster a status such as PROVISIONING, RECONCILING, ERROR or RUNNING that shows while no operation runs.
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

// SetMissingZones makes the lists of a project leave out what is in these zones or regions and name them in
// missing_zones. Without zones, lists are complete again.
func (a *API) SetMissingZones(project string, zones ...string) {
	defer a.lock()()
	a.missing[a.w.ProjectID(project)] = slices.Clone(zones)
}

// History is every setting a cluster ever had, oldest first, beginning with the one it was made with. A setting that
// means what the one before it meant is not repeated. It outlives the cluster.
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

// StartOperation makes a cluster busy with somebody else's operation, such as "UPGRADE_MASTER", and returns its bare id.
// It ends after World.OperationTime, or by FinishOperation; only by the latter when OperationTime is 0. The id is empty
// when nothing was started: the cluster is unknown or busy, or the API has no operation of that type.
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

// FinishOperation ends an operation now, whoever started it. One that has ended stays as it is.
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

// FailNextOperation makes the next operation on a cluster, which need not exist yet, end with an error and without
// effect. code is a name of google.rpc.Code such as "INTERNAL"; another one counts as UNKNOWN. The service reports
// failures in error and, not always, in the deprecated status_message: withStatusMessage asks for both.
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
