package attest

import (
	"bytes"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/ProtonMail/go-crypto/openpgp"
	"github.com/ProtonMail/go-crypto/openpgp/packet"
)

// PGP is an OpenPGP public key with its subkeys. Use ParsePGP.
type PGP struct {
	keys    openpgp.EntityList
	several bool
}

// ParsePGP parses the output of "gpg --export --armor", with LF or CRLF. It also accepts the base64
// without armour, because the service does. It refuses private keys, and errors never repeat the
// text. Of several keys in the block, the first primary key counts: the service's rule is not
// published.
func ParsePGP(text string) (*PGP, error) {
	packets, err := decodePGPKey(text)
	if err != nil {
		return nil, err
	}
	primaries, err := onlyPublicPackets(packets)
	if err != nil {
		return nil, err
	}
	keys, err := openpgp.ReadKeyRing(bytes.NewReader(packets))
	if err != nil {
		return nil, fmt.Errorf("the block contains no OpenPGP public key: %w", err)
	}
	if len(keys) == 0 {
		return nil, errors.New("the block contains no OpenPGP public key")
	}
	key, err := newPGP(packets, keys)
	if err == nil {
		key.several = primaries > 1
	}
	return key, err
}

// newPGP checks that the first key of the block is usable, because ReadKeyRing skips unusable ones.
func newPGP(packets []byte, keys openpgp.EntityList) (*PGP, error) {
	first, err := packet.Read(bytes.NewReader(packets))
	if err != nil {
		return nil, fmt.Errorf("the first key of the block cannot be read: %w", err)
	}
	primary, ok := first.(*packet.PublicKey)
	switch {
	case !ok || primary.IsSubkey:
		return nil, errors.New("the block does not begin with an OpenPGP primary public key")
	case primary.Version != 4:
		return nil, fmt.Errorf("the OpenPGP key has version %d: Binary Authorization accepts version 4", primary.Version)
	case !bytes.Equal(primary.Fingerprint, keys[0].PrimaryKey.Fingerprint):
		return nil, errors.New("the first OpenPGP key of the block has no valid user id or cannot be used to sign")
	}
	return &PGP{keys: keys[:1]}, nil
}

// onlyPublicPackets refuses secret key (5) and secret subkey (7) packets and counts primary public
// keys (6), RFC 9580, section 5.
func onlyPublicPackets(packets []byte) (primaries int, err error) {
	r := packet.NewOpaqueReader(bytes.NewReader(packets))
	for {
		p, err := r.Next()
		switch {
		case errors.Is(err, io.EOF):
			return primaries, nil
		case err != nil:
			return 0, errors.New("the text is not an OpenPGP key: its packets are damaged or cut off")
		case p.Tag == 5 || p.Tag == 7:
			return 0, errPrivatePGP
		case p.Tag == 6:
			primaries++
		}
	}
}

// Fingerprint is the key's id in the API: 40 hexadecimal digits in upper case (RFC 4880, section
// 12.2).
func (k *PGP) Fingerprint() string {
	return strings.ToUpper(hex.EncodeToString(k.keys[0].PrimaryKey.Fingerprint))
}

// Several reports whether the block has several primary keys. The service does not document the key
// chosen for the id.
func (k *PGP) Several() bool { return k.several }
