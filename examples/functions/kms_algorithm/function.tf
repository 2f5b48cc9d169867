data "binauthz_kms_key_version" "ci" {
  name = "projects/demo/locations/global/keyRings/binauthz/cryptoKeys/ci/cryptoKeyVersions/1"
}

# An attestor with the public key itself, and the algorithm in Binary Authorization's spelling.
resource "binauthz_note" "built" {
  name                = "built-by-ci"
  human_readable_name = "Built by CI"
}

resource "binauthz_attestor" "built" {
  name = "built-by-ci"
  note = binauthz_note.built.id

  public_keys = [{
    pkix = {
      public_key_pem      = data.binauthz_kms_key_version.ci.public_key_pem
      signature_algorithm = provider::binauthz::kms_algorithm(data.binauthz_kms_key_version.ci.algorithm)
    }
  }]
}
