data "binauthz_image" "web" {
  image = "us-docker.pkg.dev/acme/app/web:v1.4.2"
}

# Attest and deploy this reference. It has a digest, so a moved tag cannot change the image.
output "web" {
  value = data.binauthz_image.web.fully_qualified_digest
}

# The image must have a manifest for the nodes' platform. Otherwise the plan fails.
data "binauthz_image" "arm" {
  image    = "us-docker.pkg.dev/acme/app/web:v1.4.2"
  platform = "linux/arm64"
}

output "platforms" {
  value = { for manifest in data.binauthz_image.web.manifests : manifest.platform => manifest.digest }
}
