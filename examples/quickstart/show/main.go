// Command show prints what an API itself says in one field of an object: no Terraform, no provider between.
//
//	show http://127.0.0.1:9020/v1beta1/projects/demo/locations/us-central1/clusters/prod binaryAuthorization
//	show http://127.0.0.1:9020/v1/projects/demo/policy defaultAdmissionRule
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
	if len(os.Args) != 3 {
		fmt.Fprintln(os.Stderr, "usage: show URL FIELD")
		os.Exit(2)
	}
	text, err := field(os.Args[1], os.Args[2])
	if err != nil {
		fmt.Fprintln(os.Stderr, "show:", err)
		os.Exit(1)
	}
	fmt.Println(text)
}

// field is one field of the API's answer, on one line; "absent" where there is none.
func field(url, name string) (_ string, err error) {
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
	var fields map[string]json.RawMessage
	if err := json.NewDecoder(reply.Body).Decode(&fields); err != nil {
		return "", err
	}
	if len(fields[name]) == 0 {
		return "absent", nil
	}
	var oneLine bytes.Buffer
	err = json.Compact(&oneLine, fields[name])
	return oneLine.String(), err
}
