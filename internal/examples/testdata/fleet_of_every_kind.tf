resource "binauthz_note" "fleet" {
  count               = 10
  name                = "team-${count.index}"
  human_readable_name = "Team \"${count.index}\""
  short_description   = count.index % 2 == 0 ? "two\nlines" : null
  expiration_time     = count.index == 3 ? "2040-01-02T04:04:05+01:00" : null
  related_url         = count.index == 4 ? [{ url = "https://example.com/a", label = "A" }, { url = "https://example.com/b" }] : null
}
locals {
  held = { kms_key_version = local.kms_key_version }
  pgp  = { pgp = { ascii_armored_public_key = file("${local.keys_folder}/pgp_rsa.asc") } }
  pkix = { pkix = { public_key_pem = file("${local.keys_folder}/p256.pem"), signature_algorithm = "EC_SIGN_P256_SHA256" }, comment = "offline" }
  keys = [[local.held], [local.pgp], [local.pkix], [local.held, local.pgp, local.pkix], []]
}
resource "binauthz_attestor" "fleet" {
  count       = 10
  name        = "team-${count.index}"
  note        = binauthz_note.fleet[count.index].id
  description = count.index % 3 == 0 ? "Team ${count.index}" : null
  public_keys = local.keys[count.index % 5]
}
resource "binauthz_attestation" "held" {
  count           = 8
  attestor        = binauthz_attestor.fleet[count.index < 4 ? 0 : 3].id
  image           = "us-docker.pkg.dev/demo/app/web-${count.index}@sha256:0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f"
  kms_key_version = local.held.kms_key_version
}
resource "binauthz_attestation" "pgp" {
  attestor      = binauthz_attestor.fleet[1].id
  image         = local.image
  public_key_id = provider::binauthz::public_key_id(local.pgp.pgp.ascii_armored_public_key)
  signature     = base64encode(file("${local.keys_folder}/pgp_rsa.msg.asc"))
}
resource "binauthz_policy_rule" "default" {
  scope                   = { default = true }
  evaluation_mode         = "REQUIRE_ATTESTATION"
  enforcement_mode        = "DRYRUN_AUDIT_LOG_ONLY"
  require_attestations_by = [binauthz_attestor.fleet[0].id, binauthz_attestor.fleet[1].id]
}
resource "binauthz_policy_rule" "clusters" {
  count            = 9
  scope            = { cluster = "us-central1.c-${count.index}" }
  evaluation_mode  = ["ALWAYS_ALLOW", "ALWAYS_DENY"][count.index % 2]
  enforcement_mode = ["ENFORCED_BLOCK_AND_AUDIT_LOG", "DRYRUN_AUDIT_LOG_ONLY"][count.index % 2]
}
resource "binauthz_policy_allowlist_pattern" "fleet" {
  count   = 6
  pattern = "us-docker.pkg.dev/demo/base-${count.index}/**"
}
resource "binauthz_platform_policy" "fleet" {
  count       = 3
  name        = "team-${count.index}"
  description = count.index == 0 ? "Team 0" : null
  gke_policy = {
    image_allowlist = count.index == 0 ? ["gcr.io/p/*"] : null
    check_sets = count.index == 1 ? null : [
      { scope = { kubernetes_service_account = "a:b" } },
      { scope = { kubernetes_namespace = "a" }, checks = [{ always_deny = true }] },
      { checks = [
        { simple_signing_attestation_check = { attestation_authenticators = [{ pkix_public_key_set = { pkix_public_keys = [local.held, local.pkix.pkix] } }] } },
        { slsa_check = { rules = [{ trusted_builder = "GOOGLE_CLOUD_BUILD", attestation_source = { container_analysis_attestation_projects = ["projects/demo"] } }] } },
        { image_freshness_check = { max_upload_age_days = 30 } }, { trusted_directory_check = { trusted_dir_patterns = ["gcr.io/p/**"] } },
        { vulnerability_check = { maximum_fixable_severity = "LOW", maximum_unfixable_severity = "HIGH" } },
        { sigstore_signature_check = { sigstore_authorities = [{ public_key_set = { public_keys = [{ public_key_pem = local.pkix.pkix.public_key_pem }] } }] } },
      ] },
    ]
  }
}
resource "binauthz_attestor_iam_member" "fleet" {
  count     = 10
  attestor  = binauthz_attestor.fleet[floor(count.index / 2)].id
  role      = "roles/binaryauthorization.attestorsVerifier"
  member    = "user:team-${count.index}@example.com"
  condition = count.index % 4 == 1 ? { title = "For now", description = count.index == 1 ? "a \"b\"" : null, expression = "request.time < timestamp('2040-01-01T00:00:00Z') && true" } : null
}
resource "binauthz_note_iam_member" "fleet" {
  count  = 4
  note   = binauthz_note.fleet[count.index].id
  role   = "roles/containeranalysis.notes.attacher"
  member = "serviceAccount:ci-${count.index}@demo.iam.gserviceaccount.com"
}
resource "binauthz_policy_iam_member" "fleet" {
  count  = 3
  role   = "roles/binaryauthorization.policyViewer"
  member = "group:team-${count.index}@example.com"
}
resource "binauthz_cluster_settings" "fleet" {
  count           = 3
  cluster         = "us-central1/c-${count.index}"
  evaluation_mode = "PROJECT_SINGLETON_POLICY_ENFORCE"
}
