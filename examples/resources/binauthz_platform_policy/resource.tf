resource "binauthz_platform_policy" "production" {
  name        = "production"
  description = "Checks for production."

  gke_policy = {
    # Exempt from all checks below.
    image_allowlist = ["gke.gcr.io/**", "registry.k8s.io/**"]

    # Service accounts come first, then namespaces, and last the check set for all other pods.
    check_sets = [
      {
        display_name = "Debugging"
        scope        = { kubernetes_service_account = "ops:debug" }
        checks = [
          { trusted_directory_check = { trusted_dir_patterns = ["us-docker.pkg.dev/demo/tools"] } },
        ]
      },
      {
        display_name = "Everything else"
        checks = [
          {
            display_name = "Signed by CI"
            simple_signing_attestation_check = {
              container_analysis_attestation_projects = ["projects/demo"]
              attestation_authenticators = [
                {
                  display_name = "CI"
                  pkix_public_key_set = {
                    pkix_public_keys = [
                      # A key in Cloud KMS: the provider reads PEM, algorithm and id.
                      { kms_key_version = "projects/demo/locations/global/keyRings/binauthz/cryptoKeys/ci/cryptoKeyVersions/1" },
                      # A key pair with an offline private key.
                      {
                        public_key_pem      = file("${path.module}/offline.pem")
                        signature_algorithm = "ECDSA_P256_SHA256"
                      },
                    ]
                  }
                },
              ]
            }
          },
          {
            display_name = "Known to be vulnerable"
            vulnerability_check = {
              maximum_fixable_severity                  = "MEDIUM"
              maximum_unfixable_severity                = "HIGH"
              allowed_cves                              = ["CVE-2021-20305"]
              container_analysis_vulnerability_projects = ["projects/demo"]
            }
          },
          {
            display_name          = "Built lately"
            image_allowlist       = ["us-docker.pkg.dev/demo/base/*"]
            image_freshness_check = { max_upload_age_days = 30 }
          },
        ]
      },
    ]
  }

  # The plan fails if one of these would violate the policy.
  must_conform = [
    {
      image           = "us-docker.pkg.dev/demo/tools/debug@sha256:b5bb9d8014a0f9b1d61e21e796d78dccdf1352f23cd32812f4850b878ae4944c"
      namespace       = "ops"
      service_account = "debug"
    },
  ]
}
