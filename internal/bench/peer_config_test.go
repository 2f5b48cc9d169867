package bench_test

import "fmt"

// peerProvider leads the peer to the emulator.
func peerProvider(addr string) string {
	return fmt.Sprintf(`
terraform {
  required_providers {
    google = { source = %q }
  }
}
provider "google" {
  project                              = "project-0"
  region                               = "us-central1"
  access_token                         = "x"
  binary_authorization_custom_endpoint = "http://%[2]s/v1/"
  container_custom_endpoint            = "http://%[2]s/v1/"
  container_analysis_custom_endpoint   = "http://%[2]s/v1/"
}
`, peerSource, addr)
}

// peerAttestors are the same attestors as those of the provider.
func peerAttestors(n int) string {
	return fmt.Sprintf(`
resource "google_binary_authorization_attestor" "it" {
  count       = %d
  project     = "project-${floor(count.index / 200)}"
  name        = "attestor-${count.index}"
  description = "Number ${count.index}"
  attestation_authority_note {
    note_reference = "projects/project-0/notes/note"
    public_keys {
      id = "ni:///sha-256;jQXtrLnKmg-KJzDaDyVXFG1NZOOSPxMeKeu1-SQk9FY"
      pkix_public_key {
        public_key_pem      = %q
        signature_algorithm = "ECDSA_P256_SHA256"
      }
    }
  }
}
`, n, key)
}

// peerClusters are whole clusters, because that is how the peer manages the setting. It reads much more of each.
func peerClusters(n int) string {
	return fmt.Sprintf(`
resource "google_container_cluster" "it" {
  count               = %d
  project             = "project-${floor(count.index / 100)}"
  name                = "cluster-${count.index}"
  location            = "us-central1"
  initial_node_count  = 1
  deletion_protection = false
  binary_authorization {
    evaluation_mode = "PROJECT_SINGLETON_POLICY_ENFORCE"
  }
}
`, n)
}
