# What an attestor vouches for: attestations that one of its keys verifies.
list "binauthz_attestation" "built" {
  provider = binauthz
  limit    = 1000 # Terraform's default is 100

  config {
    attestor = "built-by-ci"
  }
}

# Everything on a note, whether anybody verifies it or not.
list "binauthz_attestation" "on_note" {
  provider = binauthz

  config {
    note = "projects/demo/notes/built-by-ci"
  }
}
