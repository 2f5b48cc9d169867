resource "binauthz_platform_policy" "production" {
  name = "production"

  gke_policy = {
    check_sets = [{
      checks = [{
        display_name            = "Our directory"
        trusted_directory_check = { trusted_dir_patterns = ["us-docker.pkg.dev/demo/app"] }
      }]
    }]
  }
}

variable "image" {
  description = "The image that was built, with its digest."
  type        = string
  default     = "us-docker.pkg.dev/demo/app/web@sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
}

# Run it in a pipeline: terraform apply -invoke=action.binauthz_evaluate.web -var=image=…
action "binauthz_evaluate" "web" {
  config {
    policy = binauthz_platform_policy.production.id
    image  = var.image
    # Instead of image, use Kubernetes manifests: manifest = file("deployment.yaml")
  }
}

# Or let a resource trigger it: the resource changes only if its image conforms.
resource "terraform_data" "release" {
  input = var.image

  lifecycle {
    action_trigger {
      events  = [before_create, before_update]
      actions = [action.binauthz_evaluate.web]
    }
  }
}
