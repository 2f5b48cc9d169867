terraform {
  required_providers {
    google = { source = "hashicorp/google" }
  }
}
provider "google" {
  project                              = "project-0"
  region                               = "us-central1"
  access_token                         = "x"
  binary_authorization_custom_endpoint = "http://${local.emulator}/v1/"
  container_custom_endpoint            = "http://${local.emulator}/v1/"
  container_analysis_custom_endpoint   = "http://${local.emulator}/v1/"
}
