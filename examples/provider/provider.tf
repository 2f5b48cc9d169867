terraform {
  required_providers {
    binauthz = {
      source = "binauthz/binauthz"
    }
  }
}

# Credentials come from the environment, as for hashicorp/google.
provider "binauthz" {
  project = "demo"
}
