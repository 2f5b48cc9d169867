data "binauthz_clusters" "all" {}

# Clusters without enforcement by Binary Authorization.
output "clusters_that_do_not_enforce" {
  value = [for c in data.binauthz_clusters.all.clusters : c.id if !c.enforces]
}
