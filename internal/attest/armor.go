package attest

import (
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/ProtonMail/go-crypto/openpgp/armor"
)

const pgpBegin = "-----BEGIN PGP "

var errPrivatePGP = errors.New("this is an OpenPGP private key. Use the public key (gpg --export --armor), and treat " +
	"the private key as disclosed")

// Clean removes indentation (of a heredoc) and CR from the lines of a key. It returns the text to
// send, because the service documents only LF and CRLF
// (AttestorPublicKey.ascii_armored_pgp_public_key).
func Clean(text string) string { return trimLines(text) + "\n" }

func trimLines(text string) string {
	lines := strings.Split(strings.TrimSpace(text), "\n")
	for i := range lines {
		lines[i] = strings.TrimSpace(lines[i])
	}
	return strings.Join(lines, "\n")
}

// decodePGPKey returns the packets of one public key block, armored or bare base64.
func decodePGPKey(text string) ([]byte, error) {
	text = trimLines(text)
	switch {
	case strings.Contains(text, "PRIVATE KEY"):
		return nil, errPrivatePGP
	case text == "":
		return nil, errors.New("the OpenPGP key is empty")
	case !strings.Contains(text, "-----"):
		return decodeBare(text)
	}
	return decodeArmor(text, openpgpPublicKey)
}

const openpgpPublicKey, openpgpMessage = "PGP PUBLIC KEY BLOCK", "PGP MESSAGE"

// decodeArmor returns the packets of the only block of text, of the given kind.
func decodeArmor(text, kind string) ([]byte, error) {
	begin, end := "-----BEGIN "+kind+"-----", "-----END "+kind+"-----"
	switch {
	case !strings.HasPrefix(text, begin):
		return nil, fmt.Errorf("the text does not begin with %q", begin)
	case !strings.HasSuffix(text, end):
		return nil, fmt.Errorf("the text does not end with %q", end)
	case strings.Count(text, pgpBegin) > 1:
		return nil, errors.New("there is more than one OpenPGP block: want one")
	}
	block, err := armor.Decode(strings.NewReader(text))
	if err != nil {
		return nil, errors.New("the OpenPGP block is damaged: there must be an empty line after the BEGIN line and its headers")
	}
	packets, err := io.ReadAll(block.Body)
	if err != nil || len(packets) == 0 {
		return nil, errors.New("the OpenPGP block is damaged: its lines are not base64")
	}
	return packets, nil
}

// decodeBare decodes base64 without armour, with or without the checksum line.
func decodeBare(text string) ([]byte, error) {
	lines := strings.Fields(text)
	if last := lines[len(lines)-1]; len(last) == 5 && last[0] == '=' {
		lines = lines[:len(lines)-1]
	}
	packets, err := base64.StdEncoding.DecodeString(strings.Join(lines, ""))
	if err != nil || len(packets) == 0 {
		return nil, errors.New("the text is not an OpenPGP key: want the output of \"gpg --export --armor\"")
	}
	return packets, nil
}
