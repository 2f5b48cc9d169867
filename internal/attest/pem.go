package attest

import (
	"encoding/pem"
	"errors"
	"fmt"
	"strings"
)

const pemBegin, publicKeyType = "-----BEGIN ", "PUBLIC KEY"

// decodePEM returns the content of the only PUBLIC KEY block of text, ignoring white space around
// lines.
func decodePEM(text string) ([]byte, error) {
	text = trimLines(text)
	if err := onlyPublicKey(text); err != nil {
		return nil, err
	}
	block, rest := pem.Decode([]byte(text))
	switch {
	case block == nil:
		return nil, errors.New("the PUBLIC KEY block is damaged: its lines are not base64, or its END line is missing")
	case len(block.Headers) > 0:
		return nil, errors.New("the PUBLIC KEY block has header lines; RFC 7468 does not allow them")
	case len(rest) > 0:
		return nil, errors.New("there is text after the END line of the PUBLIC KEY block")
	}
	return block.Bytes, nil
}

// onlyPublicKey checks the BEGIN lines before decoding, because pem.Decode skips unreadable blocks.
func onlyPublicKey(text string) error {
	if strings.Contains(text, "PRIVATE KEY-----") || strings.Contains(text, "PRIVATE KEY BLOCK-----") {
		return errors.New("this is a private key. Use the public key, and treat the private key as disclosed")
	}
	switch n := strings.Count(text, pemBegin); {
	case n == 0 && isPGP(text):
		return errors.New("this is an OpenPGP key, not a PKIX key")
	case n == 0:
		return errors.New("there is no PEM block: it must begin with \"-----BEGIN PUBLIC KEY-----\"")
	case n > 1:
		return fmt.Errorf("there are %d PEM blocks: want one PUBLIC KEY block", n)
	case !strings.HasPrefix(text, pemBegin):
		return errors.New("there is text before the BEGIN line of the PEM block")
	}
	return rightType(text)
}

func rightType(text string) error {
	kind, _, _ := strings.Cut(strings.TrimPrefix(text, pemBegin), "-----")
	switch kind {
	case publicKeyType:
		return nil
	case "CERTIFICATE":
		return errors.New("this is a certificate: use its public key (openssl x509 -pubkey -noout)")
	case "RSA PUBLIC KEY":
		return errors.New("this is a PKCS #1 public key: convert it to PKIX (openssl rsa -RSAPublicKey_in -pubout)")
	case "PGP PUBLIC KEY BLOCK":
		return errors.New("this is an OpenPGP key, not a PKIX key")
	}
	return errors.New("the type of the PEM block is not PUBLIC KEY")
}
