#!/bin/sh
# Applies this folder against an emulator of its own and shows every step.
# `make quickstart-continuous-validation` builds everything and runs it.
set -eu

example=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=examples/common.sh
. "$example/../common.sh"

# Posts a file to the emulator: post PATH FILE [FIELD OF THE ANSWER]
post() { "$work/show" "http://$BINAUTHZ_EMULATOR_HOST/$1" "${3:-result}" "$example/$2"; }

# Exits unless the service evaluated an image to a verdict: verdict NAME EXPECTED
verdict() {
  got=$(tf output -json verdicts | sed -n "s/.*\"$1\":\"\([A-Z_]*\)\".*/\1/p")
  [ "$got" = "$2" ] || fail "$1: the verdict is ${got:-missing}, expected $2"
}

# Exits unless a plan fails with a text: refused TEXT [VARIABLES OF TERRAFORM]
refused() {
  text=$1
  shift
  if tf plan "$@" >"$work/plan.out" 2>&1; then
    fail "the plan passes, expected an error with $text"
  fi
  sed -n '/Error:/,$p' "$work/plan.out"
  grep -q "$text" "$work/plan.out" || fail "the error does not name $text"
}

step "Start an emulator of Google's APIs with one cluster and one Cloud KMS key. No account, no cost."
start_emulator

step "Add scan and build results: api has no vulnerability, web has one of severity HIGH, miner has no provenance."
for result in scan-api scan-web scan-miner; do
  post emulator/v1/projects/demo/images:scan "evidence/$result.json" >/dev/null
done
for result in build-api build-web; do
  post emulator/v1/projects/demo/images:build "evidence/$result.json" >/dev/null
done

step "Initialize Terraform in a temporary copy of examples/continuous-validation."
prepare main.tf

step "Apply: a platform policy with three checks, its binding to the cluster, an attestor, and an attestation of api after a check of its scan and provenance."
tf apply -auto-approve

step "The service evaluates the policy for three images: miner violates it."
tf output explanations
verdict api CONFORMANT
verdict web CONFORMANT
verdict miner NON_CONFORMANT

step "Plan a stricter policy, although web must conform: the plan fails and names the vulnerability."
refused CVE-2026-1234 -var strict=true -var 'must_conform=["api","web"]'

step "Plan an attestation of web: the plan fails, because its scan does not pass."
refused CVE-2026-1234 -var 'attested=["api","web"]'

step "Apply the stricter policy without this requirement, and start pods of web. Google admits them."
tf apply -auto-approve -var strict=true >"$work/apply.out" 2>&1 || { cat "$work/apply.out" >&2; fail "terraform apply failed"; }
"$work/show" "http://$BINAUTHZ_EMULATOR_HOST/emulator/v1/$cluster/pods" pods "$example/pods.yaml"
tf output explanations

step "Read the log of continuous validation: it names the pod, the check and the reason."
post v2/entries:list evidence/log.json entries | tee "$work/log.out"
grep -q VIOLATES_POLICY "$work/log.out" || fail "the log has no violation"

step "Fix the vulnerability. Now web conforms to the stricter policy, and can be attested."
post emulator/v1/projects/demo/images:scan evidence/scan-web-fixed.json >/dev/null
set -- -var strict=true -var 'must_conform=["api","web"]' -var 'attested=["api","web"]'
tf apply -auto-approve "$@"
verdict web CONFORMANT

step "Plan again: the plan must be empty."
left=0
tf plan -detailed-exitcode "$@" || left=$?
[ "$left" -eq 0 ] || fail "the second plan ended with exit code $left, expected 0"

step "Destroy everything."
tf destroy -auto-approve "$@" >"$work/destroy.out" 2>&1 || { cat "$work/destroy.out" >&2; fail "terraform destroy failed"; }
tail -n 1 "$work/destroy.out"

step "Done. The emulator is stopped and its data is gone. Next: docs/guides/continuous-validation.md"
