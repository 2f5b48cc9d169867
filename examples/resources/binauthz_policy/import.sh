# The full name, or the id of the project alone: a project has one policy.
terraform import binauthz_policy.project projects/demo/policy
