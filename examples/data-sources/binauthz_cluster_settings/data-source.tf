data "binauthz_cluster_settings" "prod" {
  cluster = "projects/demo/locations/us-central1/clusters/prod"
}

output "prod_enforces" {
  value = data.binauthz_cluster_settings.prod.enforces
}
