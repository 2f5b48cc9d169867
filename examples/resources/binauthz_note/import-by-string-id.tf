import {
  to = binauthz_note.built
  id = "projects/demo/notes/built-by-ci"
}
