# The payload to sign, without access to Google, with "gpg --armor --sign" or "openssl dgst
# -sign".
output "to_be_signed" {
  value = provider::binauthz::signature_payload("us-docker.pkg.dev/demo/app/web@sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08")
}
