package probe

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"

	"cloud.google.com/go/binaryauthorization/apiv1/binaryauthorizationpb"
	"cloud.google.com/go/container/apiv1/containerpb"
	"cloud.google.com/go/logging/apiv2/loggingpb"
	"google.golang.org/api/googleapi"
	"google.golang.org/api/option"
	htransport "google.golang.org/api/transport/http"
	"google.golang.org/genproto/googleapis/cloud/audit"
)

// settle is the time until a cluster uses a changed policy.
const settle = 30 * time.Second

// pod is a requested pod. It does not have to run: its images do not exist.
type pod struct {
	name                string
	images              []string
	labels, annotations map[string]string
}

func (p pod) manifest(namespace string) map[string]any {
	var containers []map[string]any
	for i, image := range p.images {
		containers = append(containers, map[string]any{"name": fmt.Sprint("c", i), "image": image})
	}
	return map[string]any{
		"apiVersion": "v1", "kind": "Pod",
		"metadata": map[string]any{"name": p.name, "namespace": namespace, "labels": p.labels, "annotations": p.annotations},
		"spec":     map[string]any{"containers": containers},
	}
}

// namespace is the namespace of all pods of a run. It has only letters, to match the documented
// form of a policy's keys.
func (t *Trial) namespace() string { return t.run.shared.prefix + "ns" }

// kube calls the Kubernetes API of a real cluster.
type kube struct {
	base   string
	client *http.Client
}

// dialKube trusts only the cluster's own certificate, and sends Google's credentials to it. All pod
// probes of a run share the client.
func (t *Trial) dialKube(ctx context.Context) (*kube, error) {
	c, err := t.Clusters.GetCluster(ctx, &containerpb.GetClusterRequest{Name: t.Cluster})
	if err != nil {
		return nil, err
	}
	pem, err := base64.StdEncoding.DecodeString(c.GetMasterAuth().GetClusterCaCertificate())
	if err != nil {
		return nil, fmt.Errorf("read the cluster's certificate: %w", err)
	}
	roots := x509.NewCertPool()
	if !roots.AppendCertsFromPEM(pem) {
		return nil, errors.New("the cluster has no certificate")
	}
	base := &http.Transport{TLSClientConfig: &tls.Config{RootCAs: roots, MinVersion: tls.VersionTLS12}}
	transport, err := htransport.NewTransport(context.WithoutCancel(ctx), base, option.WithScopes(scope))
	if err != nil {
		return nil, err
	}
	return &kube{"https://" + c.GetEndpoint(), &http.Client{Transport: transport, Timeout: time.Minute}}, nil
}

// do makes one call. An error of the API is a *googleapi.Error with the message of its Status.
func (k *kube) do(ctx context.Context, method, path string, body any) error {
	raw, err := json.Marshal(body)
	if err != nil {
		return err
	}
	r, err := http.NewRequestWithContext(ctx, method, k.base+path, bytes.NewReader(raw))
	if err != nil {
		return err
	}
	r.Header.Set("Content-Type", "application/json")
	reply, err := k.client.Do(r) //nolint:bodyclose // CloseBody closes it
	if err != nil {
		return err
	}
	defer googleapi.CloseBody(reply)
	answer, err := io.ReadAll(io.LimitReader(reply.Body, 1<<20))
	if err != nil || reply.StatusCode < http.StatusBadRequest {
		return err
	}
	var s struct{ Message string }
	if err := json.Unmarshal(answer, &s); err != nil {
		return err
	}
	return &googleapi.Error{Code: reply.StatusCode, Message: s.Message}
}

// podsIn sets the named cluster to enforcement, and adds a rule for the namespace of this run only.
func (t *Trial) podsIn(ctx context.Context, rule *binaryauthorizationpb.AdmissionRule) {
	t.idleCluster(ctx)
	_, err := t.ruleFor(ctx, t.namespace(), rule)
	t.Setup("rule", err)
	op, err := t.Beta.Update(t.Cluster, clusterUpdate(setting(enforce))).Context(ctx).Do()
	t.Setup("enforce", err)
	if err == nil {
		t.Setup("enforce", t.finished(ctx, t.Cluster, op.Name))
	}
	t.Setup("wait", t.Sleep(ctx, settle))
	if t.Emulated || t.run.kube != nil {
		return
	}
	k, err := t.dialKube(ctx)
	t.Setup("reach the cluster", err)
	if err == nil {
		err = k.do(ctx, http.MethodPost, "/api/v1/namespaces", map[string]any{
			"apiVersion": "v1", "kind": "Namespace", "metadata": map[string]any{"name": t.namespace()},
		})
		t.Setup("namespace", err)
	}
	if k != nil && mayExist(err) {
		t.run.kube = k
		path := "/api/v1/namespaces/" + t.namespace()
		t.Setup(
			"namespace",
			t.run.shared.add(path, path, func(ctx context.Context) error { return k.do(ctx, http.MethodDelete, path, nil) }),
		)
	}
}

// createPod creates a pod, and reports whether it was admitted. With "message" in fields, the text
// of a denial is compared.
func (t *Trial) createPod(ctx context.Context, step string, p pod, fields ...string) {
	err := t.sendPod(ctx, p)
	a := answer{step: step, code: "admitted"}
	if err != nil {
		a.code, a.said = verdictOf(err)
		if len(fields) > 0 && fields[0] == "message" {
			a.fields = []string{fmt.Sprintf("message=%q", a.said)}
		}
	}
	t.answers = append(t.answers, a)
}

const hook = "admission webhook "

// verdictOf distinguishes a denial by the policy from an existing pod, by the texts of kubectl or
// the Kubernetes API.
func verdictOf(err error) (verdict, message string) {
	r := refusalOf(err)
	switch i := strings.Index(r.message, hook); {
	case i >= 0:
		return "denied", r.message[i:]
	case strings.Contains(r.message, "already exists"):
		return "exists", r.message
	}
	return r.code, r.message
}

func (t *Trial) sendPod(ctx context.Context, p pod) error {
	manifest := p.manifest(t.namespace())
	if t.Emulated {
		raw, err := json.Marshal(manifest)
		if err == nil {
			_, err = t.REST(ctx, "emulator", http.MethodPost, "emulator/v1/"+t.Cluster+"/pods", string(raw))
		}
		if err == nil {
			path := "emulator/v1/" + t.Cluster + "/namespaces/" + t.namespace() + "/pods/" + p.name
			t.Made(path, "/"+p.name, nil, func(ctx context.Context) error {
				_, err := t.REST(ctx, "emulator", http.MethodDelete, path, "")
				return err
			})
		}
		return err
	}
	if t.run.kube == nil {
		return errors.New("the cluster could not be reached")
	}
	return t.run.kube.do(ctx, http.MethodPost, "/api/v1/namespaces/"+t.namespace()+"/pods", manifest)
}

// entry waits for the audit log entry of a pod of this run, and reports the entry with its audit
// record.
func (t *Trial) entry(ctx context.Context, name string, fields ...string) {
	filter := `logName="` + t.Parent() + `/logs/cloudaudit.googleapis.com%2Factivity" AND ` +
		`protoPayload.methodName="io.k8s.core.v1.pods.create" ` +
		`AND protoPayload.resourceName="core/v1/namespaces/` + t.namespace() + `/pods/` + name + `"`
	request := &loggingpb.ListLogEntriesRequest{
		ResourceNames: []string{t.Parent()},
		Filter:        filter,
		OrderBy:       "timestamp desc",
		PageSize:      1,
	}
	var found *loggingpb.LogEntry
	t.Until(ctx, "wait for the audit log", func() (bool, error) {
		e, err := t.Logs.ListLogEntries(ctx, request).Next()
		found = e
		return e != nil, atEnd(err)
	})
	record := &audit.AuditLog{}
	if found != nil {
		t.Setup("read the entry", found.GetProtoPayload().UnmarshalTo(record))
	}
	tree, err := treeOf(record)
	t.Setup("read the entry", err)
	t.Saw("entry", map[string]any{"labels": webhookLabels(found), "record": tree}, nil, fields...)
}

const webhook = "imagepolicywebhook.image-policy.k8s.io/"

// webhookLabels returns the labels set by Binary Authorization in an entry, by their short names.
func webhookLabels(e *loggingpb.LogEntry) map[string]string {
	labels := map[string]string{}
	for name, value := range e.GetLabels() {
		if short, ok := strings.CutPrefix(name, webhook); ok {
			labels[short] = value
		}
	}
	return labels
}
