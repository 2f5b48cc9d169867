package admission_test

import (
	"regexp"
	"strings"
)

var digested = regexp.MustCompile(`@sha256:`)

// partly forgets some known parts of a worker.
func (g gen) partly(w worker) worker {
	if g.chance(50) {
		w.cluster = ""
	}
	if g.chance(50) {
		w.namespace = ""
	}
	switch g.IntN(3) {
	case 0:
		w.account = ""
	case 1:
		_, w.account, _ = strings.Cut(w.account, ":")
	}
	if g.chance(60) {
		w.identity = ""
	}
	return w
}

// couldBe reports whether o has all known parts of w.
func (w worker) couldBe(o worker) bool {
	_, bare, _ := strings.Cut(o.account, ":")
	return (w.cluster == "" || w.cluster == o.cluster) && (w.namespace == "" || w.namespace == o.namespace) &&
		(w.account == "" || w.account == o.account || w.account == bare) && (w.identity == "" || w.identity == o.identity)
}
