package gcp

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"testing"

	"cloud.google.com/go/binaryauthorization/apiv1/binaryauthorizationpb"
	"cloud.google.com/go/container/apiv1/containerpb"
	"cloud.google.com/go/kms/apiv1/kmspb"
	containerbeta "google.golang.org/api/container/v1beta1"
	"google.golang.org/api/googleapi"
	grafeas "google.golang.org/genproto/googleapis/grafeas/v1"
	"google.golang.org/protobuf/proto"
)

// replies are seeds: invalid replies of a REST server.
var replies = []string{
	``, ` `, `null`, `{}`, `[]`, `"x"`, `1`, `<html>`, `{"name":null}`, `{"name":"p","location":"l"}`,
	`{"name":"p","zone":"z","binaryAuthorization":{"enabled":true}}`,
	`{"name":"p","location":"l","binaryAuthorization":{"evaluationMode":"NEW","policyBindings":[null,{},{"name":null}]}}`,
	`{"clusters":[null]}`, `{"clusters":[{}],"missingZones":null}`, `{"clusters":{}}`, `{"error":null}`, `{"error":"text"}`,
	`{"error":{"errors":[null],"details":[null,{},1]}}`,
	`{"error":{"status":"OK"}}`, `{"error":{"status":"\"","errors":[{"reason":null}]}}`,
	`{"error":{"code":409,"status":"ABORTED","details":[{"@type":"type.googleapis.com/google.rpc.RetryInfo","retryDelay":"9223372036s"}]}}`,
	`{"error":{"message":"Operation denied by org policy: [\"customConstraints/custom.x\": \"y\"]"}}`, `{"name":"p","location":`,
}

// FuzzClusterReply: every reply for a cluster is a cluster with a name and a location, or a
// permanent error.
func FuzzClusterReply(f *testing.F) {
	for _, text := range replies {
		f.Add([]byte(text), "application/json")
		f.Add([]byte(text), "text/html")
	}
	c := New(Config{})
	f.Fuzz(func(t *testing.T, text []byte, contentType string) {
		request := &http.Request{Method: http.MethodGet, URL: &url.URL{Scheme: "https", Host: "gke.example"}}
		response, err := jsonReply(&http.Response{
			StatusCode: http.StatusOK, Request: request, Header: http.Header{"Content-Type": {contentType}},
			Body: io.NopCloser(bytes.NewReader(text)),
		})
		if err != nil {
			expectKind(t, err, KindFailed)
			return
		}
		_ = response.Body.Close()
		one, list := new(containerbeta.Cluster), new(containerbeta.ListClustersResponse)
		if err := json.Unmarshal(text, one); err != nil {
			expectKind(t, explain(misread(err, "gke.example"), getCluster, "", ""), KindFailed)
		} else if cluster := clusterFrom(one, "demo"); cluster != nil &&
			(cluster.Name.ID == "" || cluster.Name.Location == "" || cluster.Setting.Mode == "") {
			t.Errorf("%+v", cluster)
		}
		if json.Unmarshal(text, list) == nil {
			if _, err := c.clustersByName("demo", list); err != nil {
				expectKind(t, err, KindFailed)
			}
		}
	})
}

// FuzzRESTError: every error of REST is of a kind, says something, and no page is in it.
func FuzzRESTError(f *testing.F) {
	for _, text := range replies {
		for _, code := range []int{0, 200, 302, 400, 403, 404, 409, 429, 499, 503} {
			f.Add([]byte(text), code)
		}
	}
	f.Fuzz(func(t *testing.T, text []byte, code int) {
		e := explain(&googleapi.Error{Code: code, Body: string(text)}, updateCluster, "", "")
		if e.Kind == "" || e.Message == "" {
			t.Errorf("%+v", e)
		}
		if pause := e.pause(1); pause < 0 || pause > 2*longestWait {
			t.Errorf("pause %s", pause)
		}
	})
}

// FuzzTokenReply: every answer of a token service is left to the library or becomes an explained
// error.
func FuzzTokenReply(f *testing.F) {
	for _, text := range replies {
		for _, status := range []int{200, 400, 403, 503} {
			f.Add([]byte(text), status, "application/json")
			f.Add([]byte(text), status, "text/html")
		}
	}
	f.Fuzz(func(t *testing.T, text []byte, status int, contentType string) {
		request := &http.Request{Method: http.MethodPost, URL: &url.URL{Scheme: "https", Host: "sts.example"}}
		response, err := tokenReply(&http.Response{
			StatusCode: status, Request: request, Header: http.Header{"Content-Type": {contentType}},
			Body: io.NopCloser(bytes.NewReader(text)),
		})
		if err != nil {
			if !IsKind(err, KindTransient, KindUnauthenticated, KindFailed) {
				t.Errorf("%v", err)
			}
			return
		}
		_ = response.Body.Close()
	})
}

// FuzzMessages: no message of gRPC makes a reader of it panic.
func FuzzMessages(f *testing.F) {
	owned := &binaryauthorizationpb.UserOwnedGrafeasNote{PublicKeys: []*binaryauthorizationpb.AttestorPublicKey{
		{}, {PublicKey: &binaryauthorizationpb.AttestorPublicKey_PkixPublicKey{}},
	}}
	for _, m := range []proto.Message{
		&Attestor{}, &Attestor{
			Name:         "a",
			AttestorType: &binaryauthorizationpb.Attestor_UserOwnedGrafeasNote{UserOwnedGrafeasNote: owned},
		},
		&Operation{Name: "o", TargetLink: "x", StartTime: "y", Error: nil},
		&Occurrence{ResourceUri: "@", Details: &grafeas.Occurrence_Attestation{}}, &kmspb.PublicKey{},
	} {
		text, err := proto.Marshal(m)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(text)
	}
	f.Fuzz(func(_ *testing.T, text []byte) {
		attestor, operation, occurrence, key := new(Attestor), new(containerpb.Operation), new(Occurrence), new(kmspb.PublicKey)
		if proto.Unmarshal(text, attestor) == nil {
			_, _ = Keyring(attestor), sameAttestor(attestor, proto.CloneOf(attestor))
		}
		if proto.Unmarshal(text, operation) == nil {
			_, _ = operationError(operation, prodName), onCluster(operation, prodName)
		}
		if proto.Unmarshal(text, occurrence) == nil {
			_, _ = DigestOf(occurrence), Proven(nil, occurrence.GetAttestation(), "")
		}
		if proto.Unmarshal(text, key) == nil {
			_, _ = checkedKey(key, aKeyVersion)
		}
	})
}
