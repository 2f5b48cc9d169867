package admission

import (
	"regexp"
	"sync"
)

// form is a regular expression, compiled at its first use: most starts of the provider use none.
func form(expression string) func() *regexp.Regexp {
	return sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(expression) })
}
