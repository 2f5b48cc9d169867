provider "binauthz" {}
run "one" {}
run "two" {
  variables {
    text = "two"
  }
}
run "look" {
  command = plan
  variables {
    text = "two"
  }
}
