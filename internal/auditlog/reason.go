package auditlog

import (
	"regexp"
	"strings"
)

// deniedImage begins each sentence on an image in a text of Binary Authorization.
var deniedImage = regexp.MustCompile(`Image (\S+) denied by `)

// ahead is what stands before the sentences on an image in the label of a dry run.
var ahead = regexp.MustCompile(`'[^']*'\s*:\s*$`)

// quoted is a line of that label whose sentence does not name the image.
var quoted = regexp.MustCompile(`^'([^']+)'\s*:\s*(.*)$`)

// deniedIn finds the images in a text, each with all that is said of it. A text of another form is about all images of the pod.
func deniedIn(text string, images []string) []Denied {
	found := deniedImage.FindAllStringSubmatchIndex(text, -1)
	if len(found) == 0 {
		return otherForm(text, images)
	}
	var all []Denied
	for i, at := range found {
		end := len(text)
		if i+1 < len(found) {
			end = found[i+1][0]
		}
		all = add(all, text[at[2]:at[3]], tidy(text[at[0]:end]))
	}
	return all
}

func otherForm(text string, images []string) (all []Denied) {
	for line := range strings.Lines(text) {
		if parts := quoted.FindStringSubmatch(strings.TrimSpace(line)); parts != nil {
			all = add(all, parts[1], parts[2])
		}
	}
	if len(all) > 0 {
		return all
	}
	if len(images) == 0 {
		images = []string{""}
	}
	for _, image := range images {
		all = append(all, Denied{image, tidy(text)})
	}
	return all
}

// add puts a sentence to what is said of an image already.
func add(all []Denied, image, sentence string) []Denied {
	for i := range all {
		if all[i].Image == image {
			all[i].Reason += " " + sentence
			return all
		}
	}
	return append(all, Denied{image, sentence})
}

func tidy(text string) string {
	return strings.Join(strings.Fields(ahead.ReplaceAllString(strings.TrimSpace(text), "")), " ")
}
