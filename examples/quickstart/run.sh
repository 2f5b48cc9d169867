#!/bin/sh
# Applies this folder against an emulator of its own and shows every step. `make quickstart` builds what it needs and runs it.
#
# Everything it makes is in a temporary folder, which is removed in the end, as the emulator is, however the end comes.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
terraform=${TERRAFORM:-$root/.bin/terraform}
provider=$root/.bin/terraform-provider-binauthz
emulator=$root/.bin/binauthz-emulator

cluster=projects/demo/locations/us-central1/clusters/prod
policy=projects/demo/policy
key=projects/demo/locations/global/keyRings/binauthz/cryptoKeys/ci

step() { printf '\n==> %s\n' "$*"; }

fail() {
  printf '\nquickstart: %s\n' "$*" >&2
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

# The provider refuses an emulator together with credentials, and Terraform's own settings would change what is shown.
forget_the_shell() {
  for name in $(env | sed -n 's/^\([A-Z][A-Z0-9_]*\)=.*/\1/p'); do
    case $name in
      TF_* | GOOGLE_* | GCLOUD_* | CLOUDSDK_* | BINAUTHZ_* | USER_PROJECT_OVERRIDE) unset "$name" ;;
    esac
  done
}

for program in "$terraform" "$provider" "$emulator"; do
  [ -x "$program" ] || fail "$program is not there: run \`make quickstart\`, which builds it"
done

emulator_pid=
work=$(mktemp -d "${TMPDIR:-/tmp}/binauthz-quickstart.XXXXXX")
trap cleanup EXIT
trap 'exit 129' HUP
trap 'exit 130' INT
trap 'exit 143' TERM
forget_the_shell

# A mirror on disk takes the place of the Registry, so that this is the Terraform of every day: init, apply, plan, destroy.
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
    [ "$tries" -gt 0 ] || fail "the emulator does not say where it listens"
    sleep 0.1 2>/dev/null || sleep 1
  done
  export BINAUTHZ_EMULATOR_HOST
}

tf() { "$terraform" -chdir="$work/quickstart" "$@"; }

# Sets $mode to what the GKE API itself says that the cluster evaluates, and $rule to what the Binary Authorization API says of
# the policy. A cluster that says nothing has it switched off.
ask_api() {
  said=$("$work/show" "http://$BINAUTHZ_EMULATOR_HOST/v1beta1/$cluster" binaryAuthorization)
  printf 'GET /v1beta1/%s\n  binaryAuthorization: %s\n' "$cluster" "$said"
  case $said in
    absent | '{}') mode=DISABLED ;;
    *) mode=$(printf '%s' "$said" | sed -n 's/.*"evaluationMode":"\([A-Z_]*\)".*/\1/p') ;;
  esac
  printf '  which means: %s\n' "$mode"
  rule=$("$work/show" "http://$BINAUTHZ_EMULATOR_HOST/v1/$policy" defaultAdmissionRule)
  printf 'GET /v1/%s\n  defaultAdmissionRule: %s\n' "$policy" "$rule"
}

# Starts the pods of a manifest, and shows what became of them.
pods() {
  "$work/show" "http://$BINAUTHZ_EMULATOR_HOST/emulator/v1/$cluster/pods" pods "$1" >"$work/pods.out" 2>&1 || {
    sed 's/^show: /  /' "$work/pods.out"
    return 1
  }
  tr '{' '\n' <"$work/pods.out" | sed -n \
    -e 's/.*"name":"\([^"]*\)".*"dryRun":true.*/  \1 is admitted, and the dry run logs that it would be refused/p' \
    -e 's/.*"name":"\([^"]*\)".*"admitted":true.*/  \1 is admitted/p'
}

# Shows what the audit log says, by data.binauthz_denials: denials [VARIABLES OF TERRAFORM]
denials() {
  tf apply -refresh-only -auto-approve "$@" >"$work/refresh.out" 2>&1 || { cat "$work/refresh.out" >&2; fail "terraform apply -refresh-only failed"; }
  tf output denials
}

# Says what the policy answered for one image, and ends unless it is what was expected: verdict NAME EXPECTED WHY
verdict() {
  got=$(tf output -json admitted | sed -n "s/.*\"$1\":\([a-z]*\).*/\1/p")
  [ "$got" = "$2" ] || fail "$1: admitted is ${got:-missing}, and has to be $2"
  printf '  %s\n' "$3"
}

# Ends unless the validation of an image says it: validated NAME WORDS
validated() {
  got=$(tf output -json validation | sed -n "s/.*\"$1\":\"\([^\"]*\)\".*/\1/p")
  case $got in
    *"$2"*) ;;
    *) fail "$1: the validation says '$got', and has to say $2" ;;
  esac
}

step "Start an emulator of Google's APIs, with one cluster and one Cloud KMS key. No account is used and nothing costs anything."
start_emulator
echo "listening on $BINAUTHZ_EMULATOR_HOST"
(cd "$root" && CGO_ENABLED=0 go build -trimpath -ldflags '-s -w' -o "$work/show" ./examples/quickstart/show)

step "Ask the APIs before Terraform comes: the cluster evaluates nothing, and the project has Google's policy, which admits everything."
ask_api
mode_before=$mode
rule_before=$rule

step "Initialise Terraform in a temporary copy of examples/quickstart, with the provider that was just built."
mkdir "$work/quickstart"
cp "$here/main.tf" "$here/offline.pem" "$work/quickstart/"
install_provider
tf init >"$work/init.out" 2>&1 || { cat "$work/init.out" >&2; fail "terraform init failed"; }
echo "installed $provider"

step "Apply: a note, an attestor with a Cloud KMS key and an offline key, an attestation of one image, a policy that requires the attestor in a dry run, and a cluster that evaluates it."
tf apply -auto-approve

step "Start pods, as kubectl would. The dry run lets all of them pass, and logs those that it would refuse."
pods "$here/pods.yaml" || fail "the dry run refused a pod"
denials

step "Plan to enforce: the gate of the policy refuses it, because of what the audit log shows."
if tf plan -var enforce=true >"$work/plan.out" 2>&1; then
  fail "the plan enforces although the log shows pods that would be refused"
fi
sed -n '/Error:/,$p' "$work/plan.out"
grep -q 'Deployment shop/web' "$work/plan.out" || fail "the plan does not name the Deployment that would be refused"

step "Attest the image that is missing, and enforce: the plan passes."
tf apply -auto-approve -var 'attested=["api","web"]'
tf apply -auto-approve -var 'attested=["api","web"]' -var enforce=true

step "Start pods again: those of the Deployments are admitted, and an image that nobody attested is refused in the words of kubectl."
pods "$here/pods.yaml" || fail "a pod was refused that has to run"
if pods "$here/miner.yaml"; then
  fail "the cluster admitted an image that nobody attested"
fi
denials -var 'attested=["api","web"]' -var enforce=true

step "Four images, and what the policy says to them. Each reason is from data.binauthz_admission, the verdict of the policy as the API has it."
tf output reasons
verdict base true "base is admitted although nobody attested it: the allowlist of the policy names its repository."
verdict api true "api is admitted: its attestation was found, and its signature verifies with a key of the attestor."
verdict web true "web is admitted since it was attested."
verdict miner false "miner is refused: it is not on the allowlist, and no attestation of it verifies with a key of the attestor."

step "The three images by digest, in the words of the service: its own validation of their attestations."
tf output validation
validated api VERIFIED
validated web VERIFIED
validated miner "No attestations found"

step "Plan again: nothing may be left to do."
left=0
tf plan -detailed-exitcode -var 'attested=["api","web"]' -var enforce=true || left=$?
[ "$left" -eq 0 ] || fail "the second plan ended with exit code $left; 0 means that nothing is left to do"

step "Ask the APIs again, whatever Terraform says: the cluster enforces, and the policy requires the attestor."
ask_api
[ "$mode" = PROJECT_SINGLETON_POLICY_ENFORCE ] || fail "the cluster does not evaluate the project's policy"
case $rule in
  *REQUIRE_ATTESTATION*) ;;
  *) fail "the policy does not require an attestation" ;;
esac

step "Destroy: the note, the attestor and the attestation go. The cluster and the policy stay, and get back what they had; the plan warns of what that opens."
tf destroy -auto-approve -var 'attested=["api","web"]' -var enforce=true

step "Ask the APIs a last time: the cluster and the policy are as they were."
ask_api
[ "$mode" = "$mode_before" ] || fail "the cluster evaluated $mode_before before, and evaluates $mode now"
[ "$rule" = "$rule_before" ] || fail "the policy's default rule was $rule_before before, and is $rule now"

step "Done. The emulator is stopped and everything that was made is removed. Next: README.md, \"A real project\"."
