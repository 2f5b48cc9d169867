list "binauthz_note" "all" {
  provider = binauthz
}
