// Command show prints what the GKE API itself says of a cluster's Binary Authorization: no Terraform, no provider between.
//
//	show http://127.0.0.1:9020/v1beta1/projects/demo/locations/us-central1/clusters/prod
package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"os"
	"time"
)

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: show URL-OF-CLUSTER")
		os.Exit(2)
	}
	setting, err := binaryAuthorization(os.Args[1])
	if err != nil {
		fmt.Fprintln(os.Stderr, "show:", err)
		os.Exit(1)
	}
	fmt.Println(setting)
}

// binaryAuthorization is the field of that name in the API's answer, on one line; "absent" where there is none.
func binaryAuthorization(url string) (_ string, err error) {
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, url, http.NoBody) //nolint:gosec // the user says which address to ask
	if err != nil {
		return "", err
	}
	reply, err := (&http.Client{}).Do(request) //nolint:gosec // see above
	if err != nil {
		return "", err
	}
	defer func() { err = errors.Join(err, reply.Body.Close()) }()
	if reply.StatusCode != http.StatusOK {
		return "", fmt.Errorf("%s: %s", url, reply.Status)
	}
	var cluster struct {
		BinaryAuthorization json.RawMessage `json:"binaryAuthorization"`
	}
	if err := json.NewDecoder(reply.Body).Decode(&cluster); err != nil {
		return "", err
	}
	if len(cluster.BinaryAuthorization) == 0 {
		return "absent", nil
	}
	var oneLine bytes.Buffer
	err = json.Compact(&oneLine, cluster.BinaryAuthorization)
	return oneLine.String(), err
}
