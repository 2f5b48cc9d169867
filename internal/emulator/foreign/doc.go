// Package foreign tests the emulator with clients written by others. Its tests replay recorded
// requests of gcloud, of Google's Node.js clients over REST and of hashicorp/google, and compare
// the emulator's answers with the answers accepted by these clients. If gcloud is installed, they
// also run it.
//
// # Transcripts
//
// A file in testdata is one run against an emulator with one cluster and one signing key. It has
// exchanges in the order of their complete answers, separated by empty lines:
//
//	# what was asked of the client
//	> METHOD /path?query
//	> Header: value
//	{ the body sent, if any }
//	< status
//	{ the body of the answer, if it matters }
//
// {{name-1}} stands for a value made by the server, such as an etag: its first answer sets the
// value, later requests send it, and later answers must contain it again. {{time}} is any time in
// RFC 3339, {{any}} any value, {{host}} the emulator's address. An object with "...": "..." may
// have more fields; all others must be equal. A repeated read with the same answer is left out.
package foreign
