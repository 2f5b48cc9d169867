resource "binauthz_attestor_iam_member" "plain" {
  count    = 30
  attestor = binauthz_attestor.built[count.index].name
  role     = "roles/binaryauthorization.attestorsVerifier"
  member   = "serviceAccount:Deployer@demo.iam.gserviceaccount.com"
}

resource "binauthz_attestor_iam_member" "conditional" {
  count    = 30
  attestor = binauthz_attestor.built[count.index].id
  role     = "roles/binaryauthorization.attestorsVerifier"
  member   = "serviceAccount:deployer@demo.iam.gserviceaccount.com"
  condition = {
    title       = "until 2035"
    description = "For the old pipeline"
    expression  = "request.time < timestamp(\"2035-01-01T00:00:00Z\")"
  }
}
