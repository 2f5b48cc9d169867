provider "binauthz" {}
run "create" {}
run "look" {
  command = plan
}
run "change" {
  variables {
    text = "two"
  }
}
run "change_back" {}
