package gcp

import (
	"context"
	"slices"

	"google.golang.org/api/logging/v2"
)

// LogEntry is Cloud Logging's own message.
type LogEntry = logging.LogEntry

// entryPage is the largest page size known to work for entries.list.
const entryPage = 1000

// LogEntries reads the log entries of a project that match a filter, newest first, up to a limit or
// until take returns false. complete means that neither the limit nor take ended the list. A
// repeated entry is read once.
func (c *Clients) LogEntries(ctx context.Context, project, filter string, most int, take func(*LogEntry) bool) (complete bool, err error) {
	api, err := c.logAPI()
	if err != nil {
		return false, err
	}
	resource, read, seen := "projects/"+project, 0, map[string]bool{}
	size := int64(min(entryPage, most+1)) // the same for all pages: "values of other method parameters should be identical"
	complete = true
	err = eachPage(ctx, c, listLogEntries, resource, project, func(ctx context.Context, token string) (string, bool, error) {
		var reply logging.ListLogEntriesResponse
		err := api.post(ctx, "v2/entries:list", &logging.ListLogEntriesRequest{
			ResourceNames: []string{resource}, Filter: filter, OrderBy: "timestamp desc", PageSize: size, PageToken: token,
		}, &reply)
		if err != nil {
			return "", false, err
		}
		if slices.Contains(reply.Entries, nil) {
			return "", false, broken(c.hostOf(serviceLogging), "something other than a log entry")
		}
		for _, entry := range reply.Entries {
			key := entry.Timestamp + " " + entry.InsertId
			if entry.InsertId != "" && seen[key] {
				continue
			}
			seen[key] = true
			if read == most || !take(entry) {
				complete = false
				return "", false, nil
			}
			read++
		}
		return reply.NextPageToken, true, nil
	})
	return complete && err == nil, err
}
