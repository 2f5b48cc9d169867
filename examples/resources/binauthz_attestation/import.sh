# The full name from `gcloud container binauthz attestations list`. Also demo/{id}, or {id} alone
# in the provider's project.
terraform import binauthz_attestation.web projects/demo/occurrences/1b671a64-40d5-491e-99b0-da01ff1f3341
terraform import binauthz_attestation.signed_elsewhere projects/demo/occurrences/8a3f0c52-6f0e-4d1b-9a35-2c1c0e7b9d64
