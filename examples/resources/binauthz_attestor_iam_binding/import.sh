# First the full name of the object, or demo/built-by-ci. A condition comes last: its title, or
# the whole condition as JSON.
terraform import binauthz_attestor_iam_binding.deployers 'projects/demo/attestors/built-by-ci roles/binaryauthorization.attestorsVerifier'
