package released

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
)

// Break is one breaking change: it can break a configuration, a state or an import.
type Break struct {
	// Construct is the changed construct as in CHANGELOG.md: resource/binauthz_note.
	Construct string
	// Path is the attribute, "" for the whole construct.
	Path string
	// What describes the change. It continues a sentence about the attribute.
	What string
}

func (b Break) String() string {
	if b.Path == "" {
		return b.Construct + " " + b.What
	}
	return fmt.Sprintf("%s: `%s` %s", b.Construct, b.Path, b.What)
}

// Compare finds the breaking changes between two releases, sorted by name. CompareImports compares
// imports.
func Compare(before, after *Schema) []Break {
	c := &comparison{}
	for _, kind := range []struct {
		name          string
		before, after map[string]*Construct
	}{
		{"resource", before.Resources, after.Resources},
		{"data-source", before.DataSources, after.DataSources},
		{"list-resource", before.Lists, after.Lists},
		{"action", before.Actions, after.Actions},
		{"", map[string]*Construct{"provider": before.Provider}, map[string]*Construct{"provider": after.Provider}},
		{"", map[string]*Construct{"provider-meta": before.ProviderMeta}, map[string]*Construct{"provider-meta": after.ProviderMeta}},
	} {
		for _, name := range slices.Sorted(maps.Keys(kind.before)) {
			c.construct = name
			if kind.name != "" {
				c.construct = kind.name + "/" + name
			}
			c.compare(kind.before[name], kind.after[name])
		}
	}
	for _, name := range slices.Sorted(maps.Keys(before.Functions)) {
		c.construct = "function/" + name
		c.function(before.Functions[name], after.Functions[name])
	}
	return c.found
}

// comparison collects breaking changes.
type comparison struct {
	construct string
	found     []Break
}

func (c *comparison) add(path, format string, args ...any) {
	c.found = append(c.found, Break{c.construct, path, fmt.Sprintf(format, args...)})
}

func (c *comparison) compare(before, after *Construct) {
	if after == nil {
		c.add("", "is removed")
		return
	}
	if after.Version < before.Version {
		c.add("", "has the schema version %d, and states have version %d", after.Version, before.Version)
	}
	c.attributes("", before.Attributes, after.Attributes)
	c.identity(before.Identity, after.Identity)
}

// attributes compares the attributes of a construct or of an attribute. prefix is empty or ends
// with a dot.
func (c *comparison) attributes(prefix string, before, after map[string]*Attribute) {
	for _, name := range slices.Sorted(maps.Keys(before)) {
		if after[name] == nil {
			c.add(prefix+name, "is removed")
			continue
		}
		c.attribute(prefix+name, before[name], after[name])
	}
	for _, name := range slices.Sorted(maps.Keys(after)) {
		if before[name] == nil && after[name].Required {
			c.add(prefix+name, "is new and required")
		}
	}
}

func (c *comparison) attribute(path string, before, after *Attribute) {
	if before.Type != after.Type || before.Nesting != after.Nesting {
		c.add(path, "was %s and is %s", before.shape(), after.shape())
		return
	}
	c.written(path, before, after)
	c.value(path, before, after)
	c.attributes(path+".", before.Attributes, after.Attributes)
}

func (a *Attribute) shape() string {
	if a.Nesting != "" {
		return a.Nesting + " of nested attributes"
	}
	return a.Type
}

// written compares whether an attribute can or must be set, and whether a reference to it has a
// value.
func (c *comparison) written(path string, before, after *Attribute) {
	settable := before.Required || before.Optional
	switch {
	case settable && !after.Required && !after.Optional:
		c.add(path, "can no longer be set")
	case !before.Required && after.Required:
		c.add(path, "is required")
	case before.Computed && !after.Computed:
		c.add(path, "no longer has a value if absent")
	case before.Optional && !before.Computed && after.Computed:
		c.add(path, "keeps its value if absent, instead of null")
	}
	c.shown(path, before, after)
}

// shown compares the visibility of a value.
func (c *comparison) shown(path string, before, after *Attribute) {
	if !before.Sensitive && after.Sensitive {
		c.add(path, "is sensitive: an output of it fails")
	}
	if before.WriteOnly != after.WriteOnly {
		c.add(path, "is write-only: %t, and was: %t", after.WriteOnly, before.WriteOnly)
	}
}

// value compares the default of a value and its effect.
func (c *comparison) value(path string, before, after *Attribute) {
	if before.Default != after.Default {
		c.add(path, "has the default %s, and had %s", orNone(after.Default), orNone(before.Default))
	}
	if !before.Replaces && after.Replaces {
		c.add(path, "replaces the object when it changes")
	}
	if before.Required || before.Optional {
		c.values(path, before, after)
		c.checks(path, before, after)
	}
}

// values compares the accepted values, if the schema lists them.
func (c *comparison) values(path string, before, after *Attribute) {
	switch {
	case before.OneOf == nil && after.OneOf != nil:
		c.add(path, "accepts only %q", after.OneOf)
	case after.OneOf != nil:
		for _, v := range before.OneOf {
			if !slices.Contains(after.OneOf, v) {
				c.add(path, "no longer accepts %q", v)
			}
		}
	}
}

// checks compares the other validators.
func (c *comparison) checks(path string, before, after *Attribute) {
	// Another regular expression can refuse more or less. A person must decide.
	left := slices.Clone(before.Validators)
	for _, v := range after.Validators {
		if i := slices.IndexFunc(left, func(was string) bool { return was == v || loosened(was, v) }); i >= 0 {
			left = slices.Delete(left, i, i+1)
			continue
		}
		c.add(path, "has another check, possibly a stricter one: %s", v)
	}
}

// loosened reports whether a check has equal or wider limits than another.
func loosened(before, after string) bool {
	was, is := strings.Fields(before), strings.Fields(after)
	if len(was) != len(is) || was[0] != is[0] {
		return false
	}
	lower := strings.Contains(was[0], "AtLeast") || strings.Contains(was[0], "between")
	upper := strings.Contains(was[0], "AtMost") || strings.Contains(was[0], "between")
	first, last := numbers(was[1:]), numbers(is[1:])
	if len(first) == 0 || len(first) != len(last) {
		return false
	}
	end := len(first) - 1
	return (lower || upper) && (!lower || last[0] <= first[0]) && (!upper || last[end] >= first[end])
}

func numbers(texts []string) (all []int64) {
	for _, text := range texts {
		if n, err := strconv.ParseInt(text, 10, 64); err == nil {
			all = append(all, n)
		}
	}
	return all
}

func orNone(value string) string {
	if value == "" {
		return "none"
	}
	return value
}

// identity compares identities, because states and import blocks contain them.
func (c *comparison) identity(before, after map[string]*Attribute) {
	for _, name := range slices.Sorted(maps.Keys(before)) {
		path, was, is := "identity."+name, before[name], after[name]
		switch {
		case is == nil:
			c.add(path, "is removed")
		case was.Type != is.Type:
			c.add(path, "was %s and is %s", was.Type, is.Type)
		case !was.Required && is.Required:
			c.add(path, "is required")
		}
	}
	for _, name := range slices.Sorted(maps.Keys(after)) {
		if before[name] == nil && after[name].Required {
			c.add("identity."+name, "is new and required")
		}
	}
}
