# The id by which attestations of this key name it, known before any attestor has the key.
output "emergency_key_id" {
  value = provider::binauthz::public_key_id(file("${path.module}/offline.pem"))
}
