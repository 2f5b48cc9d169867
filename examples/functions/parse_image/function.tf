variable "image" {
  description = "The image that was built."
  type        = string
  default     = "us-docker.pkg.dev/demo/app/web:v1@sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"

  validation {
    condition     = provider::binauthz::parse_image(var.image).digest != null
    error_message = "Give the image with its digest."
  }
}

locals {
  image = provider::binauthz::parse_image(var.image)
}

# The same image without the tag, the form used in attestations.
output "attested" {
  value = "${local.image.name}@${local.image.digest}"
}
