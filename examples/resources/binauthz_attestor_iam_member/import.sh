# The full name of the object first, or demo/built-by-ci. A condition is the rest: its title, or the whole of it as JSON.
terraform import binauthz_attestor_iam_member.deployers 'projects/demo/attestors/built-by-ci roles/binaryauthorization.attestorsVerifier group:deployers@example.com'
terraform import binauthz_attestor_iam_member.migration 'projects/demo/attestors/built-by-ci roles/binaryauthorization.attestorsVerifier user:jane@example.com Until the migration is over'
