# First the full name of the object, or demo/built-by-ci.
terraform import binauthz_attestor_iam_policy.deployers projects/demo/attestors/built-by-ci
