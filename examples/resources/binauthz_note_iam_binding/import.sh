# First the full name of the object, or demo/built-by-ci.
terraform import binauthz_note_iam_binding.ci 'projects/demo/notes/built-by-ci roles/containeranalysis.notes.attacher'
