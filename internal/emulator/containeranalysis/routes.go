package containeranalysis

import (
	"net/http"
	"time"

	"github.com/binauthz/terraform-provider-binauthz/internal/emulator/world"
)

// Routes serves the work of Google's scanner and builder as methods of the emulator:
//
//	POST /emulator/v1/projects/{project}/images:scan    {"image", "after", …} with the fields of Scan; after is a duration such as "5s"
//	POST /emulator/v1/projects/{project}/images:build   {"image", …} with the fields of Build
func (a *API) Routes() []world.Route {
	const images = "POST /emulator/v1/projects/{project}/images:"
	return []world.Route{
		{Pattern: images + "scan", Method: "emulator.v1.Images/Scan", Handle: a.postScan},
		{Pattern: images + "build", Method: "emulator.v1.Images/Build", Handle: a.postBuild},
	}
}

func (a *API) postScan(r *http.Request) (any, error) {
	var sent struct {
		Image string `json:"image"`
		After string `json:"after"`
		Scan
	}
	if err := world.ReadJSON(r.Body, &sent); err != nil {
		return nil, err
	}
	var wait time.Duration
	if sent.After != "" {
		var err error
		if wait, err = time.ParseDuration(sent.After); err != nil {
			return nil, invalid("after: %v", err)
		}
	}
	return struct{}{}, a.ScanAfter(wait, r.PathValue("project"), sent.Image, sent.Scan)
}

func (a *API) postBuild(r *http.Request) (any, error) {
	var sent struct {
		Image string `json:"image"`
		Build
	}
	if err := world.ReadJSON(r.Body, &sent); err != nil {
		return nil, err
	}
	return struct{}{}, a.Build(r.PathValue("project"), sent.Image, sent.Build)
}
