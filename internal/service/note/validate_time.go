package note

import (
	"errors"
	"time"

	"github.com/binauthz/terraform-provider-binauthz/internal/lifecycle"
)

// isTime accepts a time in RFC 3339.
var isTime = lifecycle.Check("Invalid time", "must be a time in RFC 3339", func(text string) error {
	if _, err := time.Parse(time.RFC3339Nano, text); err != nil {
		return errors.New(text + ` is not a time in RFC 3339, such as "2030-01-02T15:04:05Z".`)
	}
	return nil
})
