data "binauthz_clusters" "all" {}

# Clusters where Binary Authorization keeps no image from running.
output "clusters_that_do_not_enforce" {
  value = [for c in data.binauthz_clusters.all.clusters : c.id if !c.enforces]
}
