import {
  to = binauthz_attestor.built
  id = "projects/demo/attestors/built-by-ci"
}
