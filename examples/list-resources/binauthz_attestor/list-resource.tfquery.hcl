# Those of the provider's project, with all attributes in the output of terraform query -json.
list "binauthz_attestor" "all" {
  provider         = binauthz
  include_resource = true
  limit            = 200 # Terraform's default is 100; a project has 200 attestors at most
}

# Those of another project.
list "binauthz_attestor" "shared" {
  provider = binauthz

  config {
    project = "demo-shared"
  }
}
