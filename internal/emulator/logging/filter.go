package logging

import (
	"strings"
	"time"
)

// filter is a query of Cloud Logging
// (https://cloud.google.com/logging/docs/view/logging-query-language), as far as it is emulated:
//
//	resource.type="k8s_cluster" AND logName:"activity"    AND may be left out, a line break is one
//	(labels."a.b/c"="true" OR "text in any field")        OR binds tighter than AND
//	timestamp>="2026-01-02T15:04:05Z"
//
// NOT and -, !=, =~ and !~, functions, lists of values, comments and fields that exist (a:*) are
// refused.
type filter interface{ matches(r *record) bool }

type (
	all        []filter // of nothing; it matches everything
	either     []filter
	anywhere   string // a global restriction, in lower case
	comparison struct {
		path  []string
		holds func(have string) bool
	}
	moment struct {
		received bool
		holds    func(c int) bool // of have.Compare(at)
		at       time.Time
	}
)

func (f all) matches(r *record) bool {
	for _, one := range f {
		if !one.matches(r) {
			return false
		}
	}
	return true
}

func (f either) matches(r *record) bool {
	for _, one := range f {
		if one.matches(r) {
			return true
		}
	}
	return false
}

func (f anywhere) matches(r *record) bool {
	return r.some(func(text string) bool { return strings.Contains(strings.ToLower(text), string(f)) })
}

func (f comparison) matches(r *record) bool { return r.at(f.path, f.holds) }

func (f moment) matches(r *record) bool {
	have := r.entry.GetTimestamp()
	if f.received {
		have = r.entry.GetReceiveTimestamp()
	}
	return f.holds(have.AsTime().Compare(f.at))
}

// orders are the comparison operators for times.
var orders = map[string]func(c int) bool{
	"=":  func(c int) bool { return c == 0 },
	">=": func(c int) bool { return c >= 0 },
	"<=": func(c int) bool { return c <= 0 },
	">":  func(c int) bool { return c > 0 },
	"<":  func(c int) bool { return c < 0 },
}
