# Those of the provider's project, with all attributes in the output of terraform query -json.
list "binauthz_platform_policy" "all" {
  provider         = binauthz
  include_resource = true
}

# Those of another project.
list "binauthz_platform_policy" "shared" {
  provider = binauthz

  config {
    project = "demo-shared"
  }
}
