# Who has which role on the notes of the provider's project.
list "binauthz_note_iam_member" "all" {
  provider = binauthz
}

# Who has which role on one of them, with all attributes in the output of terraform query -json.
list "binauthz_note_iam_member" "one" {
  provider         = binauthz
  include_resource = true

  config {
    note = "built-by-ci"
  }
}
