package provider

import (
	"os"
	"path/filepath"
	"strings"

	"github.com/binauthz/terraform-provider-binauthz/internal/gcp"
)

// credentials reads the token or the file. The block takes precedence over both variables, and a
// token over a file.
func (r *resolver) credentials(b *block) {
	if b.Credentials.IsNull() && b.AccessToken.IsNull() {
		r.config.AccessToken = r.text("access_token", b.AccessToken)
		if r.config.AccessToken == "" {
			r.config.Credentials = r.file(r.text("credentials", b.Credentials))
		}
		return
	}
	if r.known("access_token", b.AccessToken) {
		r.config.AccessToken, r.from["access_token"] = b.AccessToken.ValueString(), "access_token"
	}
	if r.known("credentials", b.Credentials) {
		r.from["credentials"] = "credentials"
		r.config.Credentials = r.file(b.Credentials.ValueString())
	}
}

// file returns the text of a credentials file, given as path or text. No message repeats it,
// because it may be a private key.
func (r *resolver) file(value string) string {
	if value == "" {
		return ""
	}
	text := value
	if content, err := os.ReadFile(expand(value)); err == nil {
		text = string(content)
	}
	if err := gcp.CheckCredentials(text); err != nil {
		r.refuse("credentials", "The value of "+r.from["credentials"]+
			" is neither the path of a readable credentials file nor the text of one: "+err.Error()+".")
	}
	return text
}

// expand replaces "~" by the home folder, as a shell does.
func expand(path string) string {
	rest, short := strings.CutPrefix(path, "~/")
	home, err := os.UserHomeDir()
	if !short || err != nil {
		return path
	}
	return filepath.Join(home, rest)
}
