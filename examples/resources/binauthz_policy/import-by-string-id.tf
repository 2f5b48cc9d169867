import {
  to = binauthz_policy.project
  id = "projects/demo/policy"
}
