package foreign_test

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"
)

// exchange is a request and the answer it got.
type exchange struct {
	line         int // in the file, for messages
	what         string
	method, path string
	header       http.Header
	body         string
	status       int
	answer       string
}

// parse reads a transcript. See the package's documentation for its form.
func parse(text string) ([]*exchange, error) {
	var all []*exchange
	var what string
	for number, line := range strings.Split(strings.TrimRight(text, "\n"), "\n") {
		var last *exchange
		if len(all) > 0 {
			last = all[len(all)-1]
		}
		switch mark, rest, _ := strings.Cut(line, " "); {
		case line == "":
		case mark == "#":
			what = rest
		case mark == ">" && (last == nil || last.status != 0):
			method, path, ok := strings.Cut(rest, " ")
			if !ok {
				return nil, fmt.Errorf("line %d: %q is no request", number+1, line)
			}
			all = append(all, &exchange{line: number + 1, what: what, method: method, path: path, header: http.Header{}})
		case last == nil:
			return nil, fmt.Errorf("line %d: %q comes before the first request", number+1, line)
		default:
			if err := last.read(mark, rest, line); err != nil {
				return nil, fmt.Errorf("line %d: %w", number+1, err)
			}
		}
	}
	return all, nil
}

// read takes a line after the first of an exchange.
func (x *exchange) read(mark, rest, line string) (err error) {
	switch {
	case mark == ">":
		name, value, _ := strings.Cut(rest, ": ")
		x.header.Set(name, value)
	case mark == "<":
		x.status, err = strconv.Atoi(rest)
	case x.status == 0:
		x.body += line
	default:
		x.answer += line
	}
	return err
}
