package allowpolicy

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
)

// data is a policy as JSON, in the form of the data source google_iam_policy and of `gcloud …
// get-iam-policy --format=json`.
type data struct {
	Bindings     []dataBinding     `json:"bindings"`
	AuditConfigs []json.RawMessage `json:"auditConfigs,omitempty"`
	Etag         string            `json:"etag,omitempty"`
	Version      int               `json:"version,omitempty"`
}

type dataBinding struct {
	Condition *Condition `json:"condition,omitempty"`
	Members   []string   `json:"members"`
	Role      string     `json:"role"`
}

// ParseData parses a policy as JSON, and refuses values refused by IAM.
func ParseData(text string) (*Policy, error) {
	d, err := decode(text)
	if err != nil {
		return nil, err
	}
	for i, b := range d.Bindings {
		if err := b.check(); err != nil {
			return nil, fmt.Errorf("bindings[%d]: %w", i, err)
		}
	}
	return d.policy(), nil
}

// ReadData parses a policy as JSON with any roles and members: a policy from the service is valid.
// It ignores etag and version, because a write uses those of the replaced policy.
func ReadData(text string) (*Policy, error) {
	d, err := decode(text)
	if err != nil {
		return nil, err
	}
	return d.policy(), nil
}

func (d *data) policy() *Policy {
	p := new(Policy)
	for _, b := range d.Bindings {
		for _, m := range b.Members {
			Add(p, Grant{b.key(), m})
		}
	}
	return p
}

func decode(text string) (*data, error) {
	if !strings.HasPrefix(strings.TrimSpace(text), "{") {
		return nil, errors.New("not an IAM policy as JSON: want an object with bindings")
	}
	var d data
	decoder := json.NewDecoder(bytes.NewReader([]byte(text)))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&d); err != nil {
		return nil, fmt.Errorf("not an IAM policy as JSON: %w", err)
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		return nil, errors.New("not an IAM policy as JSON: there is text after the closing brace")
	}
	if len(d.AuditConfigs) > 0 {
		return nil, errors.New("auditConfigs is for projects, folders and organizations only")
	}
	return &d, nil
}

func (b dataBinding) key() Binding {
	key := Binding{Role: b.Role}
	if b.Condition != nil {
		key.Condition = *b.Condition
	}
	return key
}

func (b dataBinding) check() error {
	if err := CheckRole(b.Role); err != nil {
		return err
	}
	if b.Condition != nil && (b.Condition.Title == "" || b.Condition.Expression == "") {
		return errors.New("a condition needs a title and an expression")
	}
	for _, m := range b.Members {
		if err := errors.Join(CheckMember(m), CheckConditional(b.Role, m, b.key().Condition)); err != nil {
			return err
		}
	}
	return nil
}

// FormatData formats the grants of a policy as JSON: sorted, on one line.
func FormatData(p *Policy) string {
	d := data{Bindings: []dataBinding{}}
	for _, g := range sorted(Grants(p)) {
		i := slices.IndexFunc(d.Bindings, func(b dataBinding) bool { return b.key() == g.Binding })
		if i < 0 {
			i = len(d.Bindings)
			d.Bindings = append(d.Bindings, newDataBinding(g.Binding))
		}
		d.Bindings[i].Members = append(d.Bindings[i].Members, g.Member)
	}
	return encode(d)
}

// encode writes JSON on one line, without escapes for < and && in expressions.
func encode(v any) string {
	raw := new(bytes.Buffer)
	encoder := json.NewEncoder(raw)
	encoder.SetEscapeHTML(false)
	if encoder.Encode(v) != nil {
		return "" // structs of texts always become JSON
	}
	return string(bytes.TrimSpace(raw.Bytes()))
}

func newDataBinding(key Binding) dataBinding {
	b := dataBinding{Role: key.Role}
	if key.Condition != (Condition{}) {
		b.Condition = &key.Condition
	}
	return b
}
