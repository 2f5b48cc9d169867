run "plan" {
  command = plan
}
run "one" {
  assert {
    condition     = binauthz_policy_iam_binding.own.members == toset(["domain:example.com"])
    error_message = "no"
  }
}
run "two" {
  variables {
    members = ["domain:example.com", "domain:example.org"]
  }
  assert {
    condition     = length(binauthz_policy_iam_binding.own.members) == 2
    error_message = "no"
  }
}
