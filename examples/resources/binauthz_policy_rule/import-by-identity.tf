import {
  to = binauthz_policy_rule.prod
  identity = {
    project = "demo"
    rule    = "cluster/us-central1.prod"
  }
}

import {
  to = binauthz_policy_rule.others
  identity = {
    project = "demo"
    rule    = "default"
  }
}
