resource "binauthz_note" "built" {
  name                = "built-by-ci"
  human_readable_name = "Built by CI"
}

# No public_keys: separate resources manage the keys.
resource "binauthz_attestor" "built" {
  name = "built-by-ci"
  note = binauthz_note.built.id
}

# A key in Cloud KMS: the provider reads PEM, algorithm and id. For another version, the provider
# adds the new key before it removes the old one.
resource "binauthz_attestor_key" "ci" {
  attestor        = binauthz_attestor.built.id
  kms_key_version = "projects/demo/locations/global/keyRings/binauthz/cryptoKeys/ci/cryptoKeyVersions/1"

  lifecycle {
    create_before_destroy = true
  }
}

# A key pair with an offline private key.
resource "binauthz_attestor_key" "offline" {
  attestor = binauthz_attestor.built.id
  comment  = "offline, for emergencies"
  pkix = {
    public_key_pem      = file("${path.module}/offline.pem")
    signature_algorithm = "ECDSA_P256_SHA256"
  }
}
