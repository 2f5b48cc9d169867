# First the full name of the object, or demo/built-by-ci.
terraform import binauthz_note_iam_policy.ci projects/demo/notes/built-by-ci
