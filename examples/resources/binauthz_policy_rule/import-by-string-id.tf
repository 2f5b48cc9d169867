import {
  to = binauthz_policy_rule.prod
  id = "projects/demo/policy/cluster/us-central1.prod"
}

import {
  to = binauthz_policy_rule.others
  id = "projects/demo/policy/default"
}
