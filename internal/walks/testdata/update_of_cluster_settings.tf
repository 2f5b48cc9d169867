variable "text" {
  type    = string
  default = "one"
}
resource "binauthz_cluster_settings" "it" {
  cluster         = local.cluster
  evaluation_mode = var.text == "one" ? "PROJECT_SINGLETON_POLICY_ENFORCE" : "DISABLED"
}
