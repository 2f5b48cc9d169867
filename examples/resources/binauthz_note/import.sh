# The full name. Also demo/built-by-ci, or built-by-ci alone in the provider's project.
terraform import binauthz_note.built projects/demo/notes/built-by-ci
