data "binauthz_image" "web" {
  image = "us-docker.pkg.dev/acme/app/web:v1.4.2"
}

# Attest this, and deploy this: the same text for both, so that a tag that moves cannot come between.
output "web" {
  value = data.binauthz_image.web.fully_qualified_digest
}

# The image has to have a manifest for the nodes' platform. Anything else is an error of the plan.
data "binauthz_image" "arm" {
  image    = "us-docker.pkg.dev/acme/app/web:v1.4.2"
  platform = "linux/arm64"
}

output "platforms" {
  value = { for manifest in data.binauthz_image.web.manifests : manifest.platform => manifest.digest }
}
