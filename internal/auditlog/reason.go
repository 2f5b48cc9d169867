package auditlog

import (
	"regexp"
	"slices"
	"strings"
)

// deniedImage is the start of each sentence about an image in a text of Binary Authorization.
var deniedImage = regexp.MustCompile(`Image (\S+) denied by `)

// ahead is the text before the sentences about an image in the label of a dry run.
var ahead = regexp.MustCompile(`'[^']*'\s*:\s*$`)

// quoted is the start of each line of that label.
var quoted = regexp.MustCompile(`(?m)^[ \t]*'([^'\n]+)'[ \t]*:`)

// preamble is the API server's text before a refusal. It may contain the name of the pod, different
// each time.
var preamble = regexp.MustCompile(`(?s)^(?:.*?(?:denied the request|denied one or more images): |pods "[^"]*" is forbidden: )`)

// deniedIn finds the images in a text, each with all of its sentences. A text of another form is
// about all images of the pod.
func deniedIn(text string, images []string) (all []Denied) {
	lines := quoted.FindAllStringSubmatchIndex(text, -1)
	if len(lines) == 0 {
		if all = sentences(nil, text); len(all) == 0 {
			all = ofAll(tidy(preamble.ReplaceAllString(text, "")), images)
		}
		return all
	}
	all = sentences(nil, text[:lines[0][0]])
	for i, at := range lines {
		end := len(text)
		if i+1 < len(lines) {
			end = lines[i+1][0]
		}
		image, said := text[at[2]:at[3]], text[at[1]:end]
		named := sentences(nil, said)
		if !slices.ContainsFunc(named, func(d Denied) bool { return d.Image == image }) {
			named = []Denied{{image, tidy(said)}}
		}
		for _, d := range named {
			all = add(all, d.Image, d.Reason)
		}
	}
	return all
}

// sentences adds the sentences of a text to its images.
func sentences(all []Denied, text string) []Denied {
	found := deniedImage.FindAllStringSubmatchIndex(text, -1)
	for i, at := range found {
		end := len(text)
		if i+1 < len(found) {
			end = found[i+1][0]
		}
		all = add(all, text[at[2]:at[3]], tidy(text[at[0]:end]))
	}
	return all
}

// ofAll returns the same reason for all images of a pod, or one unknown image if the log does not
// name them.
func ofAll(reason string, images []string) (all []Denied) {
	if len(images) == 0 {
		images = []string{""}
	}
	for _, image := range images {
		all = append(all, Denied{image, reason})
	}
	return all
}

// add appends a sentence to the reason of an image.
func add(all []Denied, image, sentence string) []Denied {
	for i := range all {
		if all[i].Image == image {
			all[i].Reason = strings.TrimSpace(all[i].Reason + " " + sentence)
			return all
		}
	}
	return append(all, Denied{image, sentence})
}

// tidy joins a text into one line, without separators at its end.
func tidy(text string) string {
	return strings.TrimRight(strings.Join(strings.Fields(ahead.ReplaceAllString(strings.TrimSpace(text), "")), " "), "; ")
}
