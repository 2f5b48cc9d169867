# First the full name of the object, or demo/built-by-ci. A condition comes last: its title, or
# the whole condition as JSON.
terraform import binauthz_attestor_iam_member.deployers 'projects/demo/attestors/built-by-ci roles/binaryauthorization.attestorsVerifier group:deployers@example.com'
terraform import binauthz_attestor_iam_member.migration 'projects/demo/attestors/built-by-ci roles/binaryauthorization.attestorsVerifier user:jane@example.com Until the migration is over'
