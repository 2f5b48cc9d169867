package released

import "strings"

// function compares signatures. Arguments are positional, so only a variadic parameter can be
// added.
func (c *comparison) function(before, after *Function) {
	if after == nil {
		c.add("", "is removed")
		return
	}
	if len(before.Parameters) != len(after.Parameters) {
		c.add("", "takes %d arguments, and took %d", len(after.Parameters), len(before.Parameters))
		return
	}
	for i := range before.Parameters {
		c.parameter(before.Parameters[i], after.Parameters[i], i+1)
	}
	switch {
	case before.Variadic == nil:
	case after.Variadic == nil:
		c.add("", "takes at most %d arguments", len(after.Parameters))
	default:
		c.parameter(before.Variadic, after.Variadic, len(before.Parameters)+1)
	}
	if !extends(before.Returns, after.Returns) {
		c.add("", "returns %s, and returned %s", after.Returns, before.Returns)
	}
}

func (c *comparison) parameter(before, after *Parameter, position int) {
	if before.Type != after.Type {
		c.add("", "takes %s as argument %d, and took %s", after.Type, position, before.Type)
	}
	if before.AllowsNull && !after.AllowsNull {
		c.add("", "no longer accepts null as argument %d", position)
	}
}

// extends reports whether a type is the previous one, possibly with more object attributes.
func extends(before, after string) bool {
	if before == after {
		return true
	}
	was, wasObject := membersOf(before)
	is, isObject := membersOf(after)
	if !wasObject || !isObject {
		return false
	}
	for name, of := range was {
		if !extends(of, is[name]) {
			return false
		}
	}
	return true
}

// membersOf parses the attributes of a type such as Object["a":String, "b":List[String]].
func membersOf(of string) (map[string]string, bool) {
	inner, ok := strings.CutPrefix(of, "Object[")
	if !ok {
		return nil, false
	}
	inner = strings.TrimSuffix(inner, "]")
	members, depth, start := map[string]string{}, 0, 0
	member := func(end int) {
		name, of, _ := strings.Cut(inner[start:end], ":")
		members[strings.Trim(name, ` "`)] = of
		start = end + 1
	}
	for i, r := range inner {
		switch {
		case r == '[':
			depth++
		case r == ']':
			depth--
		case r == ',' && depth == 0:
			member(i)
		}
	}
	if inner != "" {
		member(len(inner))
	}
	return members, true
}
