resource "binauthz_note" "built" {
  name                = "built-by-ci"
  human_readable_name = "Built by CI"
}

resource "binauthz_attestor" "built" {
  name        = "built-by-ci"
  description = "The release pipeline built the image from reviewed code."
  note        = binauthz_note.built.id

  # Any one of these keys verifies an attestation.
  public_keys = [
    # A key in Cloud KMS: the provider reads PEM, algorithm and id.
    {
      kms_key_version = "projects/demo/locations/global/keyRings/binauthz/cryptoKeys/ci/cryptoKeyVersions/1"
    },
    # A key pair with an offline private key.
    {
      comment = "offline, for emergencies"
      pkix = {
        public_key_pem      = file("${path.module}/offline.pem")
        signature_algorithm = "ECDSA_P256_SHA256"
      }
    },
    # A PGP key: gpg --export --armor security@example.com
    {
      comment = "security team"
      pgp = {
        ascii_armored_public_key = file("${path.module}/security-team.asc")
      }
    },
  ]
}
