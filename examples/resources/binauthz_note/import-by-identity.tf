import {
  to = binauthz_note.built
  identity = {
    project = "demo"
    name    = "built-by-ci"
  }
}
