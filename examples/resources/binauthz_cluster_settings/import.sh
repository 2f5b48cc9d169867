# The full name. Also demo/us-central1/prod, or us-central1/prod in the provider's project.
terraform import binauthz_cluster_settings.prod projects/demo/locations/us-central1/clusters/prod
