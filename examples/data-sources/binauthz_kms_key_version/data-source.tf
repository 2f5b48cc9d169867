data "binauthz_kms_key_version" "ci" {
  name = "projects/demo/locations/global/keyRings/binauthz/cryptoKeys/ci/cryptoKeyVersions/1"
}

# The data for tools outside Terraform to sign with the key and to verify signatures.
output "ci_key" {
  value = {
    id        = data.binauthz_kms_key_version.ci.key_id
    algorithm = data.binauthz_kms_key_version.ci.signature_algorithm
    pem       = data.binauthz_kms_key_version.ci.public_key_pem
  }
}
