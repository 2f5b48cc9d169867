locals {
  pem = <<-EOT
    -----BEGIN PUBLIC KEY-----
    MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEIRHtlLIhZE0Bc8FZMFhDIIIxSYeu
    ejqEi8EFTwsZyLJwguTndBTj2egs0tzEnLuRPC93TZXqldKeBrPJHym8rQ==
    -----END PUBLIC KEY-----
  EOT
}
resource "binauthz_attestor" "keyless" {
  name = "keyless"
  note = "projects/demo/notes/built"
}
resource "binauthz_attestor" "pkix" {
  name        = "pkix"
  note        = "built"
  description = "Built by CI"
  public_keys = [{ pkix = { public_key_pem = local.pem, signature_algorithm = "EC_SIGN_P256_SHA256" }, comment = "offline" }]
}
resource "binauthz_attestor" "kms" {
  name        = "kms"
  note        = "built"
  public_keys = [{ kms_key_version = local.kms_key_version }]
}
resource "binauthz_cluster_settings" "it" {
  cluster         = "us-central1/prod"
  evaluation_mode = "PROJECT_SINGLETON_POLICY_ENFORCE"
}
resource "binauthz_policy_rule" "default" {
  scope            = { default = true }
  evaluation_mode  = "ALWAYS_ALLOW"
  enforcement_mode = "ENFORCED_BLOCK_AND_AUDIT_LOG"
}
