# First the full name of the object, or demo/built-by-ci.
terraform import binauthz_note_iam_member.ci 'projects/demo/notes/built-by-ci roles/containeranalysis.notes.attacher serviceAccount:ci@demo.iam.gserviceaccount.com'
