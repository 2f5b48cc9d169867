// Command show prints one field of an object as returned by an API, without Terraform or a
// provider.
//
//	show http://127.0.0.1:9020/v1beta1/projects/demo/locations/us-central1/clusters/prod binaryAuthorization
//	show http://127.0.0.1:9020/v1/projects/demo/policy defaultAdmissionRule
//
// With a file as the third argument, it posts the file, as kubectl would to a cluster, and prints
// the field of the response. If the API refuses the request, it prints the API's message and exits
// with 1.
//
//	show http://127.0.0.1:9020/emulator/v1/projects/demo/locations/us-central1/clusters/prod/pods pods pods.yaml
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
	if len(os.Args) != 3 && len(os.Args) != 4 {
		fmt.Fprintln(os.Stderr, "usage: show URL FIELD [FILE]")
		os.Exit(2)
	}
	text, err := field(os.Args[1], os.Args[2], os.Args[3:]...)
	if err != nil {
		fmt.Fprintln(os.Stderr, "show:", err)
		os.Exit(1)
	}
	fmt.Println(text)
}

// request gets a URL, or posts the file to it.
func request(ctx context.Context, url string, files []string) (*http.Request, error) {
	if len(files) == 0 {
		return http.NewRequestWithContext(ctx, http.MethodGet, url, http.NoBody) //nolint:gosec // the user says which address to ask
	}
	content, err := os.ReadFile(files[0]) //nolint:gosec // the user says which file to post
	if err != nil {
		return nil, err
	}
	return http.NewRequestWithContext(ctx, http.MethodPost, url, bytes.NewReader(content)) //nolint:gosec // see above
}

// refusal is Google's form of an error.
type refusal struct {
	Error struct {
		Message string `json:"message"`
	} `json:"error"`
}

func (r refusal) words(url, status string) error {
	if r.Error.Message == "" {
		return fmt.Errorf("%s: %s", url, status)
	}
	return errors.New(r.Error.Message)
}

// field is one field of the API's response, on one line; "absent" if the field is missing.
func field(url, name string, files ...string) (_ string, err error) {
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	request, err := request(ctx, url, files)
	if err != nil {
		return "", err
	}
	reply, err := (&http.Client{}).Do(request) //nolint:gosec // see above
	if err != nil {
		return "", err
	}
	defer func() { err = errors.Join(err, reply.Body.Close()) }()
	if reply.StatusCode != http.StatusOK {
		var r refusal
		_ = json.NewDecoder(reply.Body).Decode(&r) // an error without words is told by its status
		return "", r.words(url, reply.Status)
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
