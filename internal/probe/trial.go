package probe

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"

	"google.golang.org/api/googleapi"
)

// Trial is one run of one probe. A probe calls Google's clients and reports their answers with Saw.
type Trial struct {
	*clients
	Target
	// prefix is the start of the ids of this trial.
	prefix string
	ledger *ledger
	run    *run

	answers []answer
	// skipped is the reason of the probe to skip itself.
	skipped string
	// problems are errors other than answers, such as an object that must not be deleted.
	problems []error
}

// ID returns an id of this run with the suffix. Answers show only the suffix.
func (t *Trial) ID(suffix string) string { return t.prefix + suffix }

// Parent is the name of the project.
func (t *Trial) Parent() string { return "projects/" + t.Project }

// Saw reports an answer with the compared fields of the reply; see newAnswer.
func (t *Trial) Saw(step string, reply any, err error, fields ...string) {
	t.answers = append(t.answers, newAnswer(step, reply, err, fields))
}

// Note reports a fact derived from several answers.
func (t *Trial) Note(step string, format string, args ...any) {
	t.answers = append(t.answers, answer{step: step, code: fmt.Sprintf(format, args...)})
}

// Setup reports a failed preparation.
func (t *Trial) Setup(step string, err error) {
	if err != nil {
		t.answers = append(t.answers, newRefusal("setup: "+step, err, nil))
	}
}

// Skip ends the probe without an outcome. It does not return.
func (t *Trial) Skip(why string) {
	t.skipped = why
	panic(skip{}) //nolint:forbidigo // run.call recovers it
}

// needsNumber skips the probe if the project's number is not known.
func (t *Trial) needsNumber() {
	if t.Number == "" {
		t.Skip("the number of the project could not be read")
	}
}

// skip is the panic of Trial.Skip.
type skip struct{}

// Made schedules the delete of an object, if its create can have made it. owner is the name with
// the id of the run, see ledger.add.
func (t *Trial) Made(name, owner string, err error, remove func(context.Context) error) {
	if !mayExist(err) || name == "" {
		return
	}
	if err := t.ledger.add(name, owner, remove); err != nil {
		t.problems = append(t.problems, err)
	}
}

// Page is the answer to a plain REST call.
type Page struct {
	Code        int
	ContentType string
	Body        map[string]any
}

// REST makes a call not supported by typed clients. path starts with the version. An error of the
// API is a *googleapi.Error.
func (t *Trial) REST(ctx context.Context, service, method, path, body string) (Page, error) {
	var content io.Reader = http.NoBody
	if body != "" {
		content = strings.NewReader(body)
	}
	r, err := http.NewRequestWithContext(ctx, method, t.Base(service)+"/"+path, content)
	if err != nil {
		return Page{}, err
	}
	r.Header.Set("Content-Type", "application/json")
	reply, err := t.HTTP.Do(r) //nolint:bodyclose // CloseBody closes it
	if err != nil {
		return Page{}, err
	}
	defer googleapi.CloseBody(reply)
	raw, err := io.ReadAll(io.LimitReader(reply.Body, 10<<20))
	if err != nil {
		return Page{}, err
	}
	page := Page{Code: reply.StatusCode, ContentType: contentType(reply)}
	if page.ContentType == "application/json" {
		d := json.NewDecoder(bytes.NewReader(raw))
		d.UseNumber()
		if err := d.Decode(&page.Body); err != nil {
			return page, fmt.Errorf("read the answer: %w", err)
		}
	}
	if page.Code >= http.StatusBadRequest {
		return page, &googleapi.Error{Code: page.Code, Body: string(raw), Message: http.StatusText(page.Code)}
	}
	return page, nil
}

func contentType(r *http.Response) string {
	kind, _, _ := strings.Cut(r.Header.Get("Content-Type"), ";")
	return kind
}

const (
	pollPause = 10 * time.Second
	pollLimit = 45 * time.Minute
)

// Until polls until done returns true, or the time is over.
func (t *Trial) Until(ctx context.Context, step string, done func() (bool, error)) {
	for waited := time.Duration(0); waited < pollLimit; waited += pollPause {
		finished, err := done()
		if err == nil && finished {
			return
		}
		if err == nil {
			err = t.Sleep(ctx, pollPause)
		}
		if err != nil {
			t.Setup(step, err)
			return
		}
	}
	t.Setup(step, context.DeadlineExceeded)
}
