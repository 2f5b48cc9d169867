package transport

import (
	"fmt"
	"strings"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

// mask is a parsed partial-response selection; a node without children selects everything below it.
// Names are compared without case and underscores: REST masks use camelCase, gRPC masks snake_case.
type mask map[string]mask

func plain(name string) string { return strings.ToLower(strings.ReplaceAll(name, "_", "")) }

// parseMask parses "a,b(c,d),e/f,g.h"
// (https://developers.google.com/drive/api/guides/fields-parameter describes the grammar of all
// Google APIs). nil selects everything.
func parseMask(text string) (mask, error) {
	if text == "" || text == "*" {
		return nil, nil
	}
	p := &maskParser{text: text}
	m, err := p.list()
	if err == nil && p.text != "" {
		err = fmt.Errorf("unexpected %q", p.text)
	}
	if err != nil {
		return nil, status.Errorf(codes.InvalidArgument, "Invalid field selection %s: %v", text, err)
	}
	return m, nil
}

type maskParser struct{ text string }

func (p *maskParser) list() (mask, error) {
	m := mask{}
	for {
		if err := p.path(m); err != nil {
			return nil, err
		}
		if !p.eat(",") {
			return m, nil
		}
	}
}

// path parses one path and adds its selection to m.
func (p *maskParser) path(m mask) error {
	name := p.name()
	if name == "" {
		return fmt.Errorf("a name is missing before %q", p.text)
	}
	below := mask{}
	switch {
	case p.eat("/"), p.eat("."):
		if err := p.path(below); err != nil {
			return err
		}
	case p.eat("("):
		var err error
		if below, err = p.list(); err != nil {
			return err
		}
		if !p.eat(")") {
			return fmt.Errorf("a closing parenthesis is missing before %q", p.text)
		}
	}
	m.add(plain(name), below)
	return nil
}

func (p *maskParser) name() string {
	end := strings.IndexAny(p.text, ",()/.")
	if end < 0 {
		end = len(p.text)
	}
	name := strings.TrimSpace(p.text[:end])
	p.text = p.text[end:]
	return name
}

func (p *maskParser) eat(s string) bool {
	rest, ok := strings.CutPrefix(p.text, s)
	p.text = rest
	return ok
}

// add merges below under name; a selected whole wins over its parts.
func (m mask) add(name string, below mask) {
	have, ok := m[name]
	if !ok || len(below) == 0 {
		m[name] = below
		return
	}
	if len(have) == 0 {
		return
	}
	for n, b := range below {
		have.add(n, b)
	}
}

// below is m's selection inside the field called name; ok is false if m does not select the field.
func (m mask) below(name string) (inside mask, ok bool) {
	if inside, ok = m[plain(name)]; ok {
		return inside, true
	}
	inside, ok = m["*"]
	return inside, ok
}
