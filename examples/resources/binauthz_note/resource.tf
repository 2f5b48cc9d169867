resource "binauthz_note" "built" {
  name                = "built-by-ci"
  human_readable_name = "Built by CI"
  short_description   = "Built by the release pipeline from reviewed code."

  related_url = [
    { url = "https://example.com/release-process", label = "How releases are built" },
  ]
}
