// Package attest contains the rules of Binary Authorization attestations: signature algorithms,
// public keys and their ids, the signed payload, and the verification of signatures. It is pure: it
// reads no file, makes no call and holds no private key. A private key given as signature is
// refused before it is part of a plan (HoldsPrivateKey).
//
// # Equal values
//
//   - The two spellings of an algorithm: ECDSA_P256_SHA256 and EC_SIGN_P256_SHA256,
//     RSA_PSS_4096_SHA512 and RSA_SIGN_PSS_4096_SHA512 (ParseAlgorithm).
//   - PEM texts of one key with different white space, indentation and line ends (EqualPEM).
//   - PGP texts with different indentation, line ends, armour headers and checksum (EqualPGP).
//
// All inputs for keys accept the same forms. The text sent to Google has no indentation (Clean).
//
// # Usable keys
//
// A key counts only if it can verify a signature: not expired, not revoked, and fit for its
// algorithm (Keyring.Usable).
//
// # Undocumented rules
//
// Where Google documents no rule, this package takes the stricter reading:
//
//   - A PEM text is one PUBLIC KEY block without headers or other text. Indentation does not count.
//   - The signatures of an expired or revoked OpenPGP key do not verify, regardless of their date.
//   - An OpenPGP text is one block. Of several keys, the first primary key gives the id, as the
//     service's rule is not published. Only version 4 keys are accepted: the API describes only
//     their fingerprint.
//   - RSASSA-PSS signatures have a salt as long as the digest, as made by Cloud KMS.
//   - A payload has the type written by gcloud. Other letter case, as on some of Google's pages, is
//     the same type.
package attest
