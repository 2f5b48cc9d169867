# shellcheck shell=sh
# Functions for the run.sh of each runnable example. The caller sets $example to its folder. The
# functions start an emulator ($BINAUTHZ_EMULATOR_HOST) and run Terraform (tf) in a temporary folder
# ($work). A trap stops the emulator and removes the folder.

root=$(cd "$example/../.." && pwd)
title=$(basename "$example")
terraform=${TERRAFORM:-$root/.bin/terraform}
provider=$root/.bin/terraform-provider-binauthz
emulator=$root/.bin/binauthz-emulator

cluster=projects/demo/locations/us-central1/clusters/prod
key=projects/demo/locations/global/keyRings/binauthz/cryptoKeys/ci

step() { printf '\n==> %s\n' "$*"; }

fail() {
  printf '\n%s: %s\n' "$title" "$*" >&2
  exit 1
}

cleanup() {
  status=$?
  trap - EXIT
  if [ -n "$emulator_pid" ]; then
    kill "$emulator_pid" 2>/dev/null || true
    wait "$emulator_pid" 2>/dev/null || true
  fi
  rm -rf "$work"
  exit "$status"
}

# The provider refuses an emulator together with credentials, and Terraform's own settings would
# change the output.
forget_the_shell() {
  for name in $(env | sed -n 's/^\([A-Z][A-Z0-9_]*\)=.*/\1/p'); do
    case $name in
      TF_* | GOOGLE_* | GCLOUD_* | CLOUDSDK_* | BINAUTHZ_* | USER_PROJECT_OVERRIDE) unset "$name" ;;
    esac
  done
}

for program in "$terraform" "$provider" "$emulator"; do
  [ -x "$program" ] || fail "$program is missing: \`make quickstart\` builds it"
done

emulator_pid=
work=$(mktemp -d "${TMPDIR:-/tmp}/binauthz-quickstart.XXXXXX")
trap cleanup EXIT
trap 'exit 129' HUP
trap 'exit 130' INT
trap 'exit 143' TERM
forget_the_shell

# A mirror on disk replaces the Registry. The usual commands work: init, apply, plan, destroy.
install_provider() {
  platform=$(go env GOOS)_$(go env GOARCH)
  for host in registry.terraform.io registry.opentofu.org; do
    mkdir -p "$work/mirror/$host/binauthz/binauthz/0.1.0/$platform"
    ln -s "$provider" "$work/mirror/$host/binauthz/binauthz/0.1.0/$platform/terraform-provider-binauthz_v0.1.0"
  done
  cat >"$work/terraformrc" <<RC
disable_checkpoint = true
provider_installation {
  filesystem_mirror {
    path = "$work/mirror"
  }
}
RC
  export TF_CLI_CONFIG_FILE="$work/terraformrc" TF_IN_AUTOMATION=1 TF_INPUT=0 CHECKPOINT_DISABLE=1
  [ -t 1 ] || export TF_CLI_ARGS=-no-color
}

start_emulator() {
  "$emulator" -listen 127.0.0.1:0 -cluster "$cluster" -kms-key "$key" >"$work/emulator.out" 2>"$work/emulator.err" &
  emulator_pid=$!
  tries=100
  while ! BINAUTHZ_EMULATOR_HOST=$(sed -n 's/^listening on //p' "$work/emulator.out") || [ -z "$BINAUTHZ_EMULATOR_HOST" ]; do
    kill -0 "$emulator_pid" 2>/dev/null || fail "the emulator did not start: $(cat "$work/emulator.err")"
    tries=$((tries - 1))
    [ "$tries" -gt 0 ] || fail "the emulator did not print its address"
    sleep 0.1 2>/dev/null || sleep 1
  done
  export BINAUTHZ_EMULATOR_HOST
  echo "listening on $BINAUTHZ_EMULATOR_HOST"
  # This program prints the answers of an API.
  (cd "$root" && CGO_ENABLED=0 go build -trimpath -ldflags '-s -w' -o "$work/show" ./examples/quickstart/show)
}

tf() { "$terraform" -chdir="$work/$title" "$@"; }

# Copies the given files of the example into $work/$title, and initializes Terraform there with
# the new build of the provider.
prepare() {
  mkdir "$work/$title"
  for file in "$@"; do cp "$example/$file" "$work/$title/"; done
  install_provider
  tf init >"$work/init.out" 2>&1 || { cat "$work/init.out" >&2; fail "terraform init failed"; }
  echo "installed $provider"
}
