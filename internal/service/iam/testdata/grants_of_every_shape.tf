variable "condition" {
  type    = object({ title = string, expression = string, description = optional(string) })
  default = null
}
variable "project" {
  default = ""
}
locals {
  grants = { for pair in setproduct(["attestorsViewer", "attestorsVerifier"], ["group:a@example.com", "group:B@Example.com"]) : join(" ", pair) => pair }
}

resource "terraform_data" "account" {
  input = "ci"
}
locals {
  account = "serviceAccount:${terraform_data.account.output}@demo.iam.gserviceaccount.com"
}

resource "binauthz_note" "it" {
  for_each            = toset(["built", "tested"])
  name                = each.key
  human_readable_name = each.key
}
resource "binauthz_attestor" "it" {
  for_each = binauthz_note.it
  name     = each.key
  note     = each.value.id
}

resource "binauthz_attestor_iam_member" "products" {
  for_each  = local.grants
  project   = var.project
  attestor  = binauthz_attestor.it["built"].name
  role      = "roles/binaryauthorization.${each.value[0]}"
  member    = each.value[1]
  condition = var.condition
}
resource "binauthz_attestor_iam_binding" "known_later" {
  attestor = binauthz_attestor.it["tested"].id
  role     = "roles/binaryauthorization.attestorsVerifier"
  members  = [local.account, "group:a@example.com"]
}
resource "binauthz_attestor_iam_member" "known_later" {
  attestor = binauthz_attestor.it["tested"].id
  role     = "roles/binaryauthorization.attestorsViewer"
  member   = local.account
  condition = {
    title       = "For ${terraform_data.account.output}"
    description = ""
    expression  = "request.time < timestamp('2040-01-01T00:00:00Z')"
  }
}
resource "binauthz_note_iam_member" "attach" {
  count  = 2
  note   = values(binauthz_note.it)[count.index].name
  role   = "roles/containeranalysis.notes.attacher"
  member = local.account
}
resource "binauthz_note_iam_policy" "later" {
  project     = "demo-shared"
  note        = binauthz_note.shared.id
  policy_data = jsonencode({ bindings = [for r in ["attacher", "occurrences.viewer"] : { role = "roles/containeranalysis.notes.${r}", members = [local.account] }] })
}
resource "binauthz_note" "shared" {
  project             = "demo-shared"
  name                = "shared"
  human_readable_name = "Shared"
}
resource "binauthz_policy_iam_member" "shared" {
  project = "demo-shared"
  role    = "roles/binaryauthorization.policyViewer"
  member  = "principalSet://iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/Pool/attribute.Repo/acme/App"
}
resource "binauthz_policy_iam_binding" "own" {
  role    = "projects/demo/roles/custom_viewer"
  members = ["domain:example.com", "projectOwner:demo", "serviceAccount:demo.svc.id.goog[default/app]"]
}
