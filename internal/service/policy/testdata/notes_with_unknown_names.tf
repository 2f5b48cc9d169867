resource "terraform_data" "name" {
  count = 2
  input = "note-${count.index}"
}

resource "binauthz_note" "one" {
  name                = terraform_data.name[0].output
  human_readable_name = "Built"
}

resource "binauthz_note" "two" {
  name                = terraform_data.name[1].output
  human_readable_name = "Built"
}
