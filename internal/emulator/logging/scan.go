package logging

import (
	"regexp"
	"strconv"
	"strings"
)

// token is a word, a quoted text, an operator or a parenthesis of a filter.
type token struct {
	text   string
	quoted bool // text is the text between the quotes
	glued  bool // no space before this token
}

var (
	quoted   = regexp.MustCompile(`^"(?:[^"\\]|\\.)*"`)
	operator = regexp.MustCompile(`^(?:>=|<=|!=|=~|!~|[=:<>()])`)
	word     = regexp.MustCompile(`^[A-Za-z0-9_@./%-]+`)
)

// scan splits a filter into tokens.
func scan(text string) (tokens []token, err error) {
	for rest := text; ; {
		trimmed := strings.TrimLeft(rest, " \t\r\n")
		glued := len(trimmed) == len(rest) && len(tokens) > 0
		if trimmed == "" {
			return tokens, nil
		}
		next, length, err := first(trimmed)
		if err != nil {
			return nil, err
		}
		next.glued = glued
		tokens, rest = append(tokens, next), trimmed[length:]
	}
}

// first returns the token at the beginning of text, and its length there.
func first(text string) (token, int, error) {
	if m := quoted.FindString(text); m != "" {
		inside, err := strconv.Unquote(strings.ReplaceAll(m, "\n", `\n`))
		if err != nil {
			return token{}, 0, invalid("invalid filter: %s is not a text", m)
		}
		return token{text: inside, quoted: true}, len(m), nil
	}
	for _, form := range []*regexp.Regexp{operator, word} {
		if m := form.FindString(text); m != "" {
			return token{text: m}, len(m), nil
		}
	}
	return token{}, 0, invalid("invalid filter: %s is not emulated", shortened(text))
}

func shortened(text string) string {
	if len(text) > 20 {
		text = strings.ToValidUTF8(text[:20], "") + "…"
	}
	return strconv.Quote(text)
}
