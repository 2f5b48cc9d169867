variable "require" {
  type = object({
    vulnerability = optional(object({
      maximum_fixable_severity                  = optional(string)
      maximum_unfixable_severity                = string
      allowed_cves                              = optional(set(string))
      blocked_cves                              = optional(set(string))
      container_analysis_vulnerability_projects = optional(set(string))
    }))
    slsa = optional(object({
      rules = list(object({
        trusted_builder              = string
        attestation_source           = optional(object({ container_analysis_attestation_projects = set(string) }))
        trusted_source_repo_patterns = optional(set(string))
      }))
    }))
  })
  default = null
}
