locals {
  asked = { for pair in setproduct(local.attestors, keys(local.images)) : join(" ", pair) => { attestor = pair[0], image = local.images[pair[1]] } }
}
data "binauthz_attestations" "it" {
  for_each = local.asked
  attestor = each.value.attestor
  image    = each.value.image
}
data "binauthz_attestation_validation" "it" {
  for_each = local.asked
  attestor = each.value.attestor
  image    = each.value.image
}
data "binauthz_admission" "it" {
  for_each = local.images
  image    = each.value
}
output "it" {
  value = {
    listed    = { for of, it in data.binauthz_attestations.it : of => it.attestations[*].verified }
    validated = { for of, it in data.binauthz_attestation_validation.it : of => it.attestations[*].verified }
    admitted  = { for of, it in data.binauthz_admission.it : of => it.admitted }
  }
}
