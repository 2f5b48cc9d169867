terraform {
  required_providers {
    google = { source = "hashicorp/google" }
  }
}

resource "google_container_analysis_note" "built" {
  count             = 30
  name              = "built-${count.index}"
  short_description = "Built by CI"
  related_url {
    url   = "https://example.com/built"
    label = "About"
  }
  attestation_authority {
    hint {
      human_readable_name = "Built by CI"
    }
  }
}

resource "google_binary_authorization_attestor" "built" {
  count = 30
  name  = "built-${count.index}"
  attestation_authority_note {
    note_reference = google_container_analysis_note.built[count.index].name
    public_keys {
      comment = "offline"
      pkix_public_key {
        public_key_pem      = file("${local.keys_folder}/p256.pem")
        signature_algorithm = "EC_SIGN_P256_SHA256"
      }
    }
    public_keys {
      ascii_armored_pgp_public_key = file("${local.keys_folder}/pgp_nist.asc")
    }
  }
}

resource "google_binary_authorization_policy" "policy" {
  default_admission_rule {
    evaluation_mode         = "REQUIRE_ATTESTATION"
    enforcement_mode        = "ENFORCED_BLOCK_AND_AUDIT_LOG"
    require_attestations_by = google_binary_authorization_attestor.built[*].name
  }
  cluster_admission_rules {
    cluster          = "us-central1.sandbox"
    evaluation_mode  = "ALWAYS_ALLOW"
    enforcement_mode = "DRYRUN_AUDIT_LOG_ONLY"
  }
}

resource "google_container_analysis_occurrence" "web" {
  resource_uri = "https://us-docker.pkg.dev/example/app/web@sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
  note_name    = google_container_analysis_note.built[0].id
  attestation {
    serialized_payload = filebase64("${local.keys_folder}/payload.json")
    signatures {
      public_key_id = google_binary_authorization_attestor.built[0].attestation_authority_note[0].public_keys[0].id
      signature     = filebase64("${local.keys_folder}/ECDSA_P256_SHA256.sig")
    }
  }
}
