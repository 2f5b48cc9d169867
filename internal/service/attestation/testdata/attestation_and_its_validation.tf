resource "binauthz_note" "it" {
  name                = "built"
  human_readable_name = "built"
}

resource "binauthz_attestor" "it" {
  name        = "built"
  note        = binauthz_note.it.id
  public_keys = [{ kms_key_version = local.kms_key_version }]
}

resource "binauthz_attestation" "it" {
  attestor        = binauthz_attestor.it.id
  image           = local.image
  kms_key_version = local.kms_key_version
}

data "binauthz_attestation_validation" "it" {
  attestor = binauthz_attestor.it.id
  image    = binauthz_attestation.it.image

  lifecycle {
    postcondition {
      condition     = self.verified
      error_message = self.reason
    }
  }
}

data "binauthz_attestations" "it" {
  attestor = binauthz_attestor.it.id
  image    = binauthz_attestation.it.image

  lifecycle {
    postcondition {
      condition     = one(self.attestations[*].name) == binauthz_attestation.it.id && self.attestations[0].verified
      error_message = jsonencode(self.attestations)
    }
  }
}
