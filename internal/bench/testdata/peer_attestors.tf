resource "google_binary_authorization_attestor" "it" {
  count       = local.attestors
  project     = "project-${floor(count.index / 200)}"
  name        = "attestor-${count.index}"
  description = "Number ${count.index}"
  attestation_authority_note {
    note_reference = "projects/project-0/notes/note"
    public_keys {
      id = "ni:///sha-256;jQXtrLnKmg-KJzDaDyVXFG1NZOOSPxMeKeu1-SQk9FY"
      pkix_public_key {
        public_key_pem      = local.key
        signature_algorithm = "ECDSA_P256_SHA256"
      }
    }
  }
}
