# In most cases, another configuration manages these or a pipeline attests, and only the data
# source is needed.
resource "binauthz_note" "built" {
  name                = "built-by-ci"
  human_readable_name = "Built by CI"
}

resource "binauthz_attestor" "built" {
  name = "built-by-ci"
  note = binauthz_note.built.id
  public_keys = [
    { kms_key_version = "projects/demo/locations/global/keyRings/binauthz/cryptoKeys/ci/cryptoKeyVersions/1" },
  ]
}

resource "binauthz_attestation" "web" {
  attestor        = binauthz_attestor.built.id
  image           = "us-docker.pkg.dev/acme/app/web@sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
  kms_key_version = "projects/demo/locations/global/keyRings/binauthz/cryptoKeys/ci/cryptoKeyVersions/1"
}

data "binauthz_attestation_validation" "web" {
  attestor = binauthz_attestor.built.id
  image    = binauthz_attestation.web.image
}

# Every plan and apply warns while the service does not accept the image's attestations. The same
# condition in a postcondition of the data source fails the plan.
check "web_is_attested" {
  assert {
    condition     = data.binauthz_attestation_validation.web.verified
    error_message = data.binauthz_attestation_validation.web.reason
  }
}
