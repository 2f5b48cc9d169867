# The id of this key in attestations, known before any attestor has the key.
output "emergency_key_id" {
  value = provider::binauthz::public_key_id(file("${path.module}/offline.pem"))
}
