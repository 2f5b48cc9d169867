data "binauthz_kms_key_version" "ci" {
  name = "projects/demo/locations/global/keyRings/binauthz/cryptoKeys/ci/cryptoKeyVersions/1"
}

# An attestor that has the public key itself, with the algorithm by the name that Binary Authorization uses.
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
