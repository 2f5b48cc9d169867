package logging

import (
	"slices"
	"strings"
	"time"
)

// parser parses a filter. AND binds looser than OR. Adjacent restrictions without an operator mean
// AND.
type parser struct{ rest []token }

func parse(text string) (filter, error) {
	tokens, err := scan(text)
	if err != nil {
		return nil, err
	}
	p := &parser{rest: tokens}
	f, err := p.all()
	if err == nil && len(p.rest) > 0 {
		err = invalid("invalid filter: unexpected %q", p.rest[0].text)
	}
	return f, err
}

// is reports whether the next token is one of these operators, keywords or parentheses.
func (p *parser) is(texts ...string) bool {
	return len(p.rest) > 0 && !p.rest[0].quoted && slices.Contains(texts, p.rest[0].text)
}

func (p *parser) eat(text string) bool {
	ok := p.is(text)
	if ok {
		p.rest = p.rest[1:]
	}
	return ok
}

func (p *parser) take() token {
	t := p.rest[0]
	p.rest = p.rest[1:]
	return t
}

func (p *parser) all() (f all, err error) {
	for len(p.rest) > 0 && !p.is(")") {
		if len(f) > 0 {
			p.eat("AND")
		}
		one, err := p.either()
		if err != nil {
			return nil, err
		}
		f = append(f, one)
	}
	return f, nil
}

func (p *parser) either() (filter, error) {
	var f either
	for {
		one, err := p.one()
		if err != nil {
			return nil, err
		}
		f = append(f, one)
		if !p.eat("OR") {
			return f, nil
		}
	}
}

// one parses a filter in parentheses, a global text search, or a comparison.
func (p *parser) one() (filter, error) {
	switch {
	case len(p.rest) == 0:
		return nil, invalid("invalid filter: it ends where a restriction is wanted")
	case p.eat("("):
		return p.inside()
	case p.rest[0].quoted && !p.compared():
		return anywhere(strings.ToLower(p.take().text)), nil
	case p.is("AND", "OR", "NOT", ")") || !isWord(p.rest[0]) || strings.HasPrefix(p.rest[0].text, "-"):
		return nil, invalid("invalid filter: %q is not emulated here", p.rest[0].text)
	}
	return p.comparison()
}

func (p *parser) inside() (filter, error) {
	f, err := p.all()
	switch {
	case err != nil:
		return nil, err
	case !p.eat(")"):
		return nil, invalid(`invalid filter: ")" is missing`)
	case len(f) == 0:
		return nil, invalid("invalid filter: nothing is in parentheses")
	}
	return f, nil
}

// compared reports whether the token after the next is a comparison operator.
func (p *parser) compared() bool {
	return len(p.rest) > 1 && (&parser{rest: p.rest[1:]}).is("=", ":", ">=", "<=", ">", "<", "!=", "=~", "!~")
}

func isWord(t token) bool { return t.quoted || word.MatchString(t.text) }

func (p *parser) comparison() (filter, error) {
	path, err := p.path()
	if err != nil {
		return nil, err
	}
	if len(p.rest) < 2 || p.rest[0].quoted || !isOperator(p.rest[0].text) {
		return nil, invalid("invalid filter: %s is compared with nothing; a text to be found in any field needs quotes",
			strings.Join(path, "."))
	}
	how, value := p.take().text, p.take()
	if !isWord(value) {
		return nil, invalid("invalid filter: %q is not emulated as a value", value.text)
	}
	if path[0] == "timestamp" || path[0] == "receiveTimestamp" {
		return newMoment(path, how, value.text)
	}
	switch how {
	case "=":
		return comparison{path, func(have string) bool { return strings.EqualFold(have, value.text) }}, nil
	case ":":
		part := strings.ToLower(value.text)
		return comparison{path, func(have string) bool { return strings.Contains(strings.ToLower(have), part) }}, nil
	}
	return nil, invalid("invalid filter: the operator %s is not emulated for %s", how, strings.Join(path, "."))
}

func isOperator(text string) bool { return operator.MatchString(text) && text != "(" && text != ")" }

// path parses a field: names joined by dots; names with other characters are in quotes.
func (p *parser) path() (path []string, err error) {
	for len(p.rest) > 0 && isWord(p.rest[0]) && (path == nil || p.rest[0].glued) {
		if t := p.take(); t.quoted {
			path = append(path, t.text)
		} else {
			path = append(path, strings.FieldsFunc(t.text, func(r rune) bool { return r == '.' })...)
		}
	}
	if len(path) == 0 || !fields[path[0]] {
		return nil, invalid("invalid filter: there is no field %q in a log entry", strings.Join(path, "."))
	}
	return path, nil
}

func newMoment(path []string, how, text string) (filter, error) {
	holds, ok := orders[how]
	if !ok || len(path) > 1 {
		return nil, invalid("invalid filter: %s%s is not emulated", strings.Join(path, "."), how)
	}
	for _, layout := range []string{time.RFC3339Nano, time.DateOnly} {
		if at, err := time.Parse(layout, text); err == nil {
			return moment{path[0] == "receiveTimestamp", holds, at}, nil
		}
	}
	return nil, invalid("invalid filter: %q is not a time of RFC 3339", text)
}
