# The attestor, by its full name or, in the provider's project, by its short name; then the id of
# the key.
terraform import binauthz_attestor_key.ci 'projects/demo/attestors/built-by-ci //cloudkms.googleapis.com/v1/projects/demo/locations/global/keyRings/binauthz/cryptoKeys/ci/cryptoKeyVersions/1'
terraform import binauthz_attestor_key.offline 'built-by-ci ni:///sha-256;gc6ETfttTleJhvp_djIvAKUhozQs6tXpsMNxCugJrOk'
