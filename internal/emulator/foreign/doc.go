// Package foreign holds the emulator to clients that others wrote. Its tests replay the requests that gcloud, Google's Node.js clients over
// REST and hashicorp/google really sent, and compare what the emulator answers with what let these clients go on; where gcloud is
// installed, they also run it.
//
// # Transcripts
//
// A file in testdata is one run against an emulator that began with one cluster and one signing key. It has exchanges, in the order in
// which their answers were complete, with an empty line between two:
//
//	# what was asked of the client
//	> METHOD /path?query
//	> Header: value
//	{ the body sent, if any }
//	< status
//	{ the body of the answer, if it matters }
//
// {{name-1}} stands for a value that the server made up, such as an etag: the first answer that has it sets it, later requests send
// it, and later answers must have it again. {{time}} is any time in RFC 3339, {{any}} anything, {{host}} the emulator's address.
// An object with "...": "..." may have more fields than are shown; all others must be equal. Reads that were answered as before
// are left out.
package foreign
