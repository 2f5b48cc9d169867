// Package guard stands between the resources and the judge: it looks up the evidence that a judgement needs, from Google and from what
// is planned in the same walk, and turns findings into diagnostics. A plan is judged with what is planned. An apply is judged once more,
// by what Google says at that moment alone, before each write.
package guard
