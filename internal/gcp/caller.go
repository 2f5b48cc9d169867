package gcp

import (
	"encoding/json"
)

// CallerEmail is the e-mail address of the service account used for calls. It is "" if the
// configuration does not contain it: for an access token, a user's credentials or the metadata
// server. It makes no call.
func (c *Clients) CallerEmail() string {
	if c.config.EmulatorHost != "" {
		return ""
	}
	if c.config.ImpersonateServiceAccount != "" {
		return c.config.ImpersonateServiceAccount
	}
	if c.config.AccessToken != "" {
		return ""
	}
	var file struct {
		Email string `json:"client_email"`
	}
	if json.Unmarshal(c.credentialsText(), &file) != nil {
		return ""
	}
	return file.Email
}

// credentialsText is the text of the used credentials file, nil if there is none.
func (c *Clients) credentialsText() []byte {
	if c.config.Credentials != "" {
		return []byte(c.config.Credentials)
	}
	return applicationDefault()
}
