#!/bin/sh
# Applies this folder against an emulator of its own and shows every step. `make quickstart`
# builds everything and runs it.
set -eu

example=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=examples/common.sh
. "$example/../common.sh"

policy=projects/demo/policy

# Sets $mode to the cluster's evaluation mode from the GKE API, and $rule to the policy from the
# Binary Authorization API. A cluster without a mode has Binary Authorization switched off.
ask_api() {
  said=$("$work/show" "http://$BINAUTHZ_EMULATOR_HOST/v1beta1/$cluster" binaryAuthorization)
  printf 'GET /v1beta1/%s\n  binaryAuthorization: %s\n' "$cluster" "$said"
  case $said in
    absent | '{}') mode=DISABLED ;;
    *) mode=$(printf '%s' "$said" | sed -n 's/.*"evaluationMode":"\([A-Z_]*\)".*/\1/p') ;;
  esac
  printf '  evaluation mode: %s\n' "$mode"
  rule=$("$work/show" "http://$BINAUTHZ_EMULATOR_HOST/v1/$policy" defaultAdmissionRule)
  printf 'GET /v1/%s\n  defaultAdmissionRule: %s\n' "$policy" "$rule"
}

# Starts the pods of a manifest and shows the results.
pods() {
  "$work/show" "http://$BINAUTHZ_EMULATOR_HOST/emulator/v1/$cluster/pods" pods "$1" >"$work/pods.out" 2>&1 || {
    sed 's/^show: /  /' "$work/pods.out"
    return 1
  }
  tr '{' '\n' <"$work/pods.out" | sed -n \
    -e 's/.*"name":"\([^"]*\)".*"dryRun":true.*/  \1 is admitted, and the dry run logs a violation/p' \
    -e 's/.*"name":"\([^"]*\)".*"admitted":true.*/  \1 is admitted/p'
}

# Shows the audit log entries from data.binauthz_denials: denials [VARIABLES OF TERRAFORM]
denials() {
  tf apply -refresh-only -auto-approve "$@" >"$work/refresh.out" 2>&1 || { cat "$work/refresh.out" >&2; fail "terraform apply -refresh-only failed"; }
  tf output denials
}

# Shows the policy's decision on one image, and exits unless it is the expected one: verdict NAME
# EXPECTED WHY
verdict() {
  got=$(tf output -json admitted | sed -n "s/.*\"$1\":\([a-z]*\).*/\1/p")
  [ "$got" = "$2" ] || fail "$1: admitted is ${got:-missing}, expected $2"
  printf '  %s\n' "$3"
}

# Exits unless the validation of an image contains the words: validated NAME WORDS
validated() {
  got=$(tf output -json validation | sed -n "s/.*\"$1\":\"\([^\"]*\)\".*/\1/p")
  case $got in
    *"$2"*) ;;
    *) fail "$1: the validation is '$got', expected $2" ;;
  esac
}

step "Start an emulator of Google's APIs with one cluster and one Cloud KMS key. No account, no cost."
start_emulator

step "Read from the APIs before the first apply: the cluster evaluates no policy, and the project has Google's default policy. It admits every image."
ask_api
mode_before=$mode
rule_before=$rule

step "Initialize Terraform in a temporary copy of examples/quickstart, with the new build of the provider."
prepare main.tf offline.pem

step "Apply: a note, an attestor with a Cloud KMS key and an offline key, an attestation of one image, a policy to require the attestor in a dry run, and its evaluation in the cluster."
tf apply -auto-approve

step "Start pods, as with kubectl. The dry run admits all of them and logs violations."
pods "$example/pods.yaml" || fail "the dry run refused a pod"
denials

step "Plan enforcement: the plan fails, because the audit log shows pods without an attestation. The policy's enforcement_gate checks this."
if tf plan -var enforce=true >"$work/plan.out" 2>&1; then
  fail "the plan passes although the log shows violations"
fi
sed -n '/Error:/,$p' "$work/plan.out"
grep -q 'Deployment shop/web' "$work/plan.out" || fail "the error does not name Deployment shop/web"

step "Attest the image web, then enforce: the plan passes."
tf apply -auto-approve -var 'attested=["api","web"]'
tf apply -auto-approve -var 'attested=["api","web"]' -var enforce=true

step "Start pods again: the cluster admits the pods of the Deployments, and refuses an image without an attestation, with the error text of kubectl."
pods "$example/pods.yaml" || fail "the cluster refused a pod of the Deployments"
if pods "$example/miner.yaml"; then
  fail "the cluster admitted an image without an attestation"
fi
denials -var 'attested=["api","web"]' -var enforce=true

step "The verdict on four images. data.binauthz_admission evaluates the current policy of the API, and gives the reasons."
tf output reasons
verdict base true "base is admitted without an attestation: the policy's allowlist contains its repository."
verdict api true "api is admitted: a key of the attestor verifies its attestation."
verdict web true "web is admitted: it has an attestation now."
verdict miner false "miner is refused: it is not on the allowlist, and has no attestation verified by a key of the attestor."

step "The service validates the attestations of the three images with a digest."
tf output validation
validated api VERIFIED
validated web VERIFIED
validated miner "No attestations found"

step "Plan again: the plan must be empty."
left=0
tf plan -detailed-exitcode -var 'attested=["api","web"]' -var enforce=true || left=$?
[ "$left" -eq 0 ] || fail "the second plan ended with exit code $left, expected 0"

step "Read from the APIs again, without Terraform: the cluster enforces the policy, and the policy requires the attestor."
ask_api
[ "$mode" = PROJECT_SINGLETON_POLICY_ENFORCE ] || fail "the cluster does not evaluate the project's policy"
case $rule in
  *REQUIRE_ATTESTATION*) ;;
  *) fail "the policy does not require an attestation" ;;
esac

step "Destroy: this deletes the note, the attestor and the attestations. It restores the previous policy and the previous setting of the cluster. The plan warns about the weaker protection."
tf destroy -auto-approve -var 'attested=["api","web"]' -var enforce=true

step "Read from the APIs a last time: the cluster and the policy are as before the first apply."
ask_api
[ "$mode" = "$mode_before" ] || fail "the cluster's mode is $mode, expected $mode_before as before"
[ "$rule" = "$rule_before" ] || fail "the policy's default rule is $rule, expected $rule_before as before"

step "Done. The emulator is stopped and its data is gone. Next: README.md, \"A real project\"."
