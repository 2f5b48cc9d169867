# The full name. Also demo/cluster/us-central1.prod, or only cluster/us-central1.prod in the
# provider's project.
terraform import binauthz_policy_rule.prod projects/demo/policy/cluster/us-central1.prod

# The default rule. Every policy has one.
terraform import binauthz_policy_rule.others projects/demo/policy/default
