# The signing key.
locals {
  key = "projects/demo/locations/global/keyRings/binauthz/cryptoKeys/ci/cryptoKeyVersions/1"
}

resource "binauthz_note" "built" {
  name                = "built-by-ci"
  human_readable_name = "Built by CI"
}

resource "binauthz_attestor" "built" {
  name = "built-by-ci"
  note = binauthz_note.built.id

  public_keys = [
    { kms_key_version = local.key },
    { pkix = { public_key_pem = file("release.pem"), signature_algorithm = "ECDSA_P256_SHA256" }, comment = "kept offline" },
  ]
}

# Cloud KMS signs it during the apply.
resource "binauthz_attestation" "web" {
  attestor        = binauthz_attestor.built.id
  image           = "us-docker.pkg.dev/demo/app/web@sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
  kms_key_version = local.key
}

# The private key is kept elsewhere. Its holder signs the output of the first command:
#   gcloud container binauthz create-signature-payload --artifact-url=IMAGE > payload.json
#   openssl dgst -sha256 -sign release.key payload.json | base64
resource "binauthz_attestation" "signed_elsewhere" {
  attestor      = binauthz_attestor.built.id
  image         = "us-docker.pkg.dev/example/app/web@sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
  public_key_id = binauthz_attestor.built.public_keys[1].id
  signature     = "MEUCIQCxaNx2m97/xIIdVdULXKNy103DJf1IB3096j2W4MES7AIgcrew7e9aKHNzKjKxFZseGbRZVc2nH5ZIF6e6oL1YQJE="
}
