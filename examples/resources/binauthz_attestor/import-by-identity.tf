import {
  to = binauthz_attestor.built
  identity = {
    project = "demo"
    name    = "built-by-ci"
  }
}
