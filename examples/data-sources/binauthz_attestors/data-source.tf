data "binauthz_attestors" "all" {}

# Attestors without keys.
output "attestors_without_keys" {
  value = [for a in data.binauthz_attestors.all.attestors : a.id if length(a.public_keys) == 0]
}
