# The id under which an attestor has a Cloud KMS key: what a signer outside Terraform gives with its signature.
output "ci_key_id" {
  value = provider::binauthz::kms_key_id("projects/demo/locations/global/keyRings/binauthz/cryptoKeys/ci/cryptoKeyVersions/1")
}
