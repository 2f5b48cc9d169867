package attest

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/ProtonMail/go-crypto/openpgp"
	"github.com/ProtonMail/go-crypto/openpgp/clearsign"
	pgperrors "github.com/ProtonMail/go-crypto/openpgp/errors"
	"github.com/ProtonMail/go-crypto/openpgp/packet"
)

// maxPGPMessage is the limit for unpacked messages. A payload has about 250 bytes.
const maxPGPMessage = 1 << 20

// Verify returns the content of signed if the key signed it. signed is the output of "gpg --armor
// --sign" or "gpg --armor --clear-sign": an OpenPGP signature contains its payload. Google's texts
// disagree: grafeas.v1beta1.attestation.PgpSignedAttestation.signature requires an armored message
// without clear-signing, and "gcloud container binauthz --help" signs with --armor --clearsign.
// None of them accepts a message without armor.
func (k *PGP) Verify(signed []byte) ([]byte, error) {
	text := strings.TrimSpace(string(signed))
	switch {
	case strings.HasPrefix(text, "-----BEGIN PGP SIGNED MESSAGE-----"):
		return k.verifyClear([]byte(text + "\n"))
	case strings.HasPrefix(text, "-----BEGIN PGP SIGNATURE-----"):
		return nil, errors.New("this is a detached OpenPGP signature without the signed payload: sign with gpg " +
			"--armor --sign, without --detach-sign")
	case !strings.HasPrefix(text, pgpBegin):
		return nil, errors.New("the signature is not an armored OpenPGP message: sign with gpg --armor --sign")
	}
	packets, err := decodeArmor(text, openpgpMessage)
	if err != nil {
		return nil, err
	}
	return k.verifyMessage(packets)
}

func (k *PGP) verifyMessage(packets []byte) ([]byte, error) {
	limit := int64(maxPGPMessage)
	md, err := openpgp.ReadMessage(bytes.NewReader(packets), k.keys, nil, &packet.Config{MaxDecompressedMessageSize: &limit})
	if err != nil {
		return nil, fmt.Errorf("the signature is not an OpenPGP signed message: %w", err)
	}
	payload, err := io.ReadAll(io.LimitReader(md.UnverifiedBody, maxPGPMessage+1))
	switch {
	case err != nil:
		return nil, fmt.Errorf("the OpenPGP message is unreadable: %w", err)
	case len(payload) > maxPGPMessage:
		return nil, errors.New("the OpenPGP message is too large for an attestation")
	case !md.IsSigned || md.SignedBy == nil:
		return nil, errors.New("the OpenPGP message is not signed by this key")
	case md.SignatureError != nil:
		return nil, k.invalid(md.SignatureError)
	case md.Signature == nil:
		return nil, errors.New("the OpenPGP message has no signature")
	}
	return payload, complete(packets)
}

// complete refuses a compressed message cut off after its signature, as gpg does. ReadMessage does
// not read to the end.
func complete(packets []byte) error {
	first, err := packet.NewReader(bytes.NewReader(packets)).Next()
	if err != nil {
		return err
	}
	if compressed, ok := first.(*packet.Compressed); ok {
		limit := int64(maxPGPMessage)
		if _, err := io.Copy(io.Discard, compressed.LimitedBodyReader(&limit)); err != nil {
			return fmt.Errorf("the OpenPGP message is cut off: %w", err)
		}
	}
	return nil
}

// verifyClear returns the signed lines, without trailing spaces and without the last line end: a
// clear-text signature does not cover them (RFC 9580, section 7.2).
func (k *PGP) verifyClear(text []byte) ([]byte, error) {
	block, rest := clearsign.Decode(text)
	if block == nil || len(bytes.TrimSpace(rest)) > 0 {
		return nil, errors.New("the clear-signed message is damaged")
	}
	if _, err := block.VerifySignature(k.keys, nil); err != nil {
		return nil, k.invalid(err)
	}
	return bytes.ReplaceAll(block.Bytes, []byte("\r\n"), []byte("\n")), nil
}

// invalid explains an invalid signature. The library does not name the expiry of a key.
func (k *PGP) invalid(err error) error {
	if _, why := k.usable(time.Now()); why != nil &&
		(errors.Is(err, pgperrors.ErrKeyExpired) || errors.Is(err, pgperrors.ErrKeyRevoked) ||
			errors.Is(err, pgperrors.ErrSignatureExpired)) {
		err = why
	}
	return fmt.Errorf("the OpenPGP signature is not valid: %w", err)
}
