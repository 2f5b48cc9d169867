locals {
  allowed = ["us-docker.pkg.dev/demo/base/**", "gcr.io/demo/tools/*"]
  images  = ["us-docker.pkg.dev/demo/base/nginx:1.27", "us-docker.pkg.dev/demo/app/web:v1"]
}

# The images without an exempting pattern. They need an attestation.
output "to_be_attested" {
  value = [for image in local.images : image if !anytrue([for pattern in local.allowed : provider::binauthz::image_matches(pattern, image)])]
}
