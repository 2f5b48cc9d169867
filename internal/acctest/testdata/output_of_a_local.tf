output "given" {
  value = local.given
}
