package cloudkms

import (
	"cmp"
	"regexp"
	"strconv"
	"strings"
	"time"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/types/known/timestamppb"
)

// condition is a filter or a part of one.
type condition func(proto.Message) bool

// The filters of https://cloud.google.com/kms/docs/sorting-and-filtering: comparisons joined by AND
// (optional) and OR (binds tighter); NOT or - in front; parentheses. A filter can use any field, in
// either spelling of its name.
var (
	word     = regexp.MustCompile(`^(AND|OR|NOT)(?:[\s(]|$)`)
	field    = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9_]*(?:\.[A-Za-z0-9_-]+)*`)
	operator = regexp.MustCompile(`^(?:!=|<=|>=|=>|[=<>:])`)
	value    = regexp.MustCompile(`^(?:"((?:[^"\\]|\\.)*)"|[^\s()"]+)`)
	escaped  = regexp.MustCompile(`\\(.)`)
)

// longestFilter limits the parser's stack.
const longestFilter = 10_000

// filterParser parses a filter from left to right.
type filterParser struct {
	whole, rest string
	of          proto.Message
}

// parseFilter parses a filter for messages of the same type as of.
func parseFilter(filter string, of proto.Message) (condition, error) {
	p := &filterParser{filter, filter, of}
	if len(filter) > longestFilter {
		return nil, invalid("the filter is longer than %d characters", longestFilter)
	}
	if p.space(); p.rest == "" {
		return func(proto.Message) bool { return true }, nil
	}
	c, err := p.all()
	if p.space(); err == nil && p.rest != "" {
		err = p.fail()
	}
	return c, err
}

func (p *filterParser) fail() error { return invalid("invalid filter %q", p.whole) }

func (p *filterParser) space() { p.rest = strings.TrimLeft(p.rest, " \t\r\n") }

// take consumes text or a pattern at the beginning of the remaining input.
func (p *filterParser) take(pattern *regexp.Regexp) (found []string) {
	p.space()
	if found = pattern.FindStringSubmatch(p.rest); found != nil {
		p.rest = p.rest[len(found[0]):]
	}
	return found
}

func (p *filterParser) keyword(want string) bool {
	p.space()
	if found := word.FindStringSubmatch(p.rest); found != nil && found[1] == want {
		p.rest = p.rest[len(want):]
		return true
	}
	return false
}

func (p *filterParser) symbol(want string) bool {
	p.space()
	rest, found := strings.CutPrefix(p.rest, want)
	p.rest = rest
	return found
}

// all parses conditions joined by AND.
func (p *filterParser) all() (condition, error) {
	c, err := p.any()
	for err == nil {
		joined := p.keyword("AND")
		if p.space(); !joined && (p.rest == "" || p.rest[0] == ')') {
			break
		}
		var next condition
		if next, err = p.any(); err == nil {
			c = both(c, next, false)
		}
	}
	return c, err
}

// any parses conditions joined by OR.
func (p *filterParser) any() (condition, error) {
	c, err := p.one()
	for err == nil && p.keyword("OR") {
		var next condition
		if next, err = p.one(); err == nil {
			c = both(c, next, true)
		}
	}
	return c, err
}

// both joins two conditions with AND or OR.
func both(one, other condition, enough bool) condition {
	return func(m proto.Message) bool {
		if enough {
			return one(m) || other(m)
		}
		return one(m) && other(m)
	}
}

func (p *filterParser) one() (condition, error) {
	switch {
	case p.keyword("NOT"), p.symbol("-"):
		c, err := p.one()
		return func(m proto.Message) bool { return !c(m) }, err
	case p.symbol("("):
		c, err := p.all()
		if err == nil && !p.symbol(")") {
			err = p.fail()
		}
		return c, err
	}
	return p.comparison()
}

func (p *filterParser) comparison() (condition, error) {
	at, op := p.take(field), p.take(operator)
	if at == nil || op == nil {
		return nil, p.fail()
	}
	against := p.take(value)
	if against == nil {
		return nil, p.fail()
	}
	text := against[0]
	if strings.HasPrefix(text, `"`) {
		text = escaped.ReplaceAllString(against[1], "$1")
	}
	path := strings.Split(at[0], ".")
	if _, known := look(p.of.ProtoReflect(), path); !known {
		return nil, invalid("invalid filter %q: there is no field %s", p.whole, at[0])
	}
	return func(m proto.Message) bool {
		have, _ := look(m.ProtoReflect(), path)
		return compare(have, op[0], text)
	}, nil
}

// look follows a path to a field and returns its value as text, "" if it is not set.
func look(m protoreflect.Message, path []string) (text string, known bool) {
	d := m.Descriptor().Fields().ByName(protoreflect.Name(path[0]))
	if d == nil {
		d = m.Descriptor().Fields().ByJSONName(path[0])
	}
	if d == nil || d.IsList() {
		return "", false
	}
	switch v, rest := m.Get(d), path[1:]; {
	case d.IsMap() && len(rest) == 1:
		return mapped(v.Map(), rest[0]), true
	case d.IsMap():
		return "", false
	case d.Message() == nil || d.Message().FullName() == "google.protobuf.Timestamp":
		return asText(d, v), len(rest) == 0
	case len(rest) == 0:
		return "", false
	default:
		return look(v.Message(), rest)
	}
}

func mapped(all protoreflect.Map, key string) string {
	if v := all.Get(protoreflect.ValueOfString(key).MapKey()); v.IsValid() {
		return v.String()
	}
	return ""
}

func asText(d protoreflect.FieldDescriptor, v protoreflect.Value) string {
	switch {
	case d.Enum() != nil:
		return string(d.Enum().Values().ByNumber(v.Enum()).Name())
	case d.Message() == nil:
		return v.String()
	}
	if t, set := v.Message().Interface().(*timestamppb.Timestamp); set && v.Message().IsValid() {
		return t.AsTime().Format(time.RFC3339Nano)
	}
	return ""
}

func compare(have, op, want string) bool {
	if op == ":" {
		return strings.Contains(strings.ToLower(have), strings.ToLower(want))
	}
	switch order := order(have, want); op {
	case "=":
		return order == 0
	case "!=":
		return order != 0
	case "<":
		return order < 0
	case ">":
		return order > 0
	case "<=":
		return order <= 0
	default:
		return order >= 0
	}
}

// order compares times as times and numbers as numbers.
func order(have, want string) int {
	x, errX := time.Parse(time.RFC3339Nano, have)
	y, errY := time.Parse(time.RFC3339Nano, want)
	if errX == nil && errY == nil {
		return x.Compare(y)
	}
	i, errI := strconv.ParseFloat(have, 64)
	j, errJ := strconv.ParseFloat(want, 64)
	if errI == nil && errJ == nil {
		return cmp.Compare(i, j)
	}
	return strings.Compare(have, want)
}
