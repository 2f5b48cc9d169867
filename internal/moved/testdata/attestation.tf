resource "binauthz_attestation" "web" {
  attestor           = binauthz_attestor.built.id
  image              = "us-docker.pkg.dev/example/app/web@sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
  serialized_payload = file("${local.keys_folder}/payload.json")
  signature          = filebase64("${local.keys_folder}/ECDSA_P256_SHA256.sig")
  public_key_id      = "ni:///sha-256;BSMEghLrIURjdQWDp2lRvmvTR7BcOj5ncFUGYdhkRnM"
}
