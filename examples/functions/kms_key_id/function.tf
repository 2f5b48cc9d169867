# The id of a Cloud KMS key in an attestor. Signers outside Terraform give it with their
# signature.
output "ci_key_id" {
  value = provider::binauthz::kms_key_id("projects/demo/locations/global/keyRings/binauthz/cryptoKeys/ci/cryptoKeyVersions/1")
}
