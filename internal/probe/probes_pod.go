package probe

import (
	"context"
	"crypto"
	"fmt"
	"strings"

	"cloud.google.com/go/asset/apiv1/assetpb"
	"cloud.google.com/go/binaryauthorization/apiv1/binaryauthorizationpb"
	"cloud.google.com/go/logging/apiv2/loggingpb"
)

// podProbes create pods in a new namespace. The policy gets a rule for this namespace only.
func podProbes() []Probe {
	needs := []Need{NeedPods, NeedCluster, NeedPolicy}
	const images = "probe.example/web:one"
	return []Probe{
		{
			ID: "POD-DENIED-ENTRY", Needs: needs, Takes: 6 * minute,
			Unknown: "The codes in the audit log entry of a refused pod come from a recording: 400 and INVALID_ARGUMENT, " +
				"VIOLATES_POLICY, a cause for each image.",
			Run: func(ctx context.Context, t *Trial) {
				t.podsIn(ctx, denies())
				p := pod{name: t.ID("p"), images: []string{images}}
				t.createPod(ctx, "create", p)
				t.entry(
					ctx,
					p.name,
					"labels#",
					"record.status.code",
					"record.response.code",
					"record.response.reason",
					"record.response.details.causes#",
				)
			},
			Want: `
				create: denied
				entry: OK labels=0 record.status.code=3 record.response.code=400 ` +
				`record.response.reason=VIOLATES_POLICY record.response.details.causes=1`,
		},
		{
			ID:      "POD-DENIED-WORDS",
			Needs:   needs,
			Takes:   6 * minute,
			Unknown: "The messages for rules of namespaces and accounts are unknown; they imitate the message for the default rule.",
			Run: func(ctx context.Context, t *Trial) {
				t.podsIn(ctx, denies())
				t.createPod(ctx, "a namespace", pod{name: t.ID("p"), images: []string{images}}, "message")
			},
			Want: `a namespace: denied message="admission webhook \"imagepolicywebhook.image-policy.k8s.io\" ` +
				`denied the request: Image probe.example/web:one denied by Binary Authorization Kubernetes namespace admission rule ` +
				`for ns. Denied by always_deny admission rule"`,
		},
		{
			ID: "POD-DENIED-IMAGES", Needs: needs, Takes: 6 * minute,
			Unknown: "The form of a message with several images of a pod is unknown: it contains all of them, separated by semicolons.",
			Run: func(ctx context.Context, t *Trial) {
				t.podsIn(ctx, denies())
				p := pod{name: t.ID("p"), images: []string{"probe.example/web:one", "probe.example/web:two"}}
				_, said := verdictOf(t.sendPod(ctx, p))
				t.Note("images told", "%d", strings.Count(said, "Image probe.example/web:"))
				t.Note("semicolons", "%d", strings.Count(said, "; "))
			},
			Want: `
				images told: 2
				semicolons: 1`,
		},
		{
			ID: "POD-IMAGE-MALFORMED", Needs: needs, Takes: 6 * minute,
			Unknown: "An image with an invalid name before its digest is always denied, with a message not from Google.",
			Run: func(ctx context.Context, t *Trial) {
				t.podsIn(ctx, &binaryauthorizationpb.AdmissionRule{
					EvaluationMode:        binaryauthorizationpb.AdmissionRule_REQUIRE_ATTESTATION,
					EnforcementMode:       binaryauthorizationpb.AdmissionRule_ENFORCED_BLOCK_AND_AUDIT_LOG,
					RequireAttestationsBy: []string{t.attestor(ctx).GetName()},
				})
				t.createPod(ctx, "upper case", pod{name: t.ID("p"), images: []string{"probe.example/Upper/Case"}})
			},
			Want: `upper case: denied`,
		},
		{
			ID: "POD-IMAGE-DIGEST", Needs: needs, Takes: 12 * minute,
			Unknown: "The rule applies to an image with a malformed digest: an attestor refuses it as recorded for a tag, a dry run and " +
				"ALWAYS_ALLOW admit it.",
			Run: func(ctx context.Context, t *Trial) {
				const recorded = "Expected digest with sha256 scheme, but got tag or malformed digest"
				rule := require(t.attestor(ctx).GetName())
				for i, image := range []string{"probe.example/web@sha256:12", "probe.example/web@sha512:" + strings.Repeat("0", 128)} {
					rule.EnforcementMode = binaryauthorizationpb.AdmissionRule_ENFORCED_BLOCK_AND_AUDIT_LOG
					t.podsIn(ctx, rule)
					_, said := verdictOf(t.sendPod(ctx, pod{name: t.ID(fmt.Sprint("p", i)), images: []string{image}}))
					t.Note("in recorded words", "%t", strings.Contains(said, recorded))
					rule.EnforcementMode = binaryauthorizationpb.AdmissionRule_DRYRUN_AUDIT_LOG_ONLY
					t.podsIn(ctx, rule)
					t.createPod(ctx, "dry run", pod{name: t.ID(fmt.Sprint("q", i)), images: []string{image}})
					t.podsIn(ctx, allows())
					t.createPod(ctx, "always allow", pod{name: t.ID(fmt.Sprint("r", i)), images: []string{image}})
				}
			},
			Want: `
				in recorded words: true
				dry run: admitted
				always allow: admitted
				in recorded words: true
				dry run: admitted
				always allow: admitted`,
		},
		{
			ID: "POD-BREAK-GLASS", Needs: needs, Takes: 6 * minute,
			Unknown: "Breakglass is the label image-policy.k8s.io/break-glass, \"true\". The log entry contains the overridden result.",
			Run: func(ctx context.Context, t *Trial) {
				t.podsIn(ctx, denies())
				p := pod{
					name:   t.ID("p"),
					images: []string{images},
					labels: map[string]string{"image-policy.k8s.io/break-glass": "true"},
				}
				t.createPod(ctx, "create", p)
				t.entry(ctx, p.name, "labels.break-glass", "labels.overridden-verification-result?", "record.status.code?")
			},
			Want: `
				create: admitted
				entry: OK labels.break-glass=true labels.overridden-verification-result=set record.status.code=unset`,
		},
		{
			ID: "POD-BREAK-GLASS-ANNOTATION", Needs: needs, Takes: 6 * minute,
			Unknown: "The older annotation alpha.image-policy.k8s.io/break-glass has the same effect.",
			Run: func(ctx context.Context, t *Trial) {
				t.podsIn(ctx, denies())
				p := pod{
					name:        t.ID("p"),
					images:      []string{images},
					annotations: map[string]string{"alpha.image-policy.k8s.io/break-glass": "true"},
				}
				t.createPod(ctx, "create", p)
				t.entry(ctx, p.name, "labels.break-glass")
			},
			Want: `
				create: admitted
				entry: OK labels.break-glass=true`,
		},
		{
			ID: "POD-BREAK-GLASS-ALLOWED", Needs: needs, Takes: 6 * minute,
			Unknown: "Breakglass is logged even if the policy would have admitted the pod.",
			Run: func(ctx context.Context, t *Trial) {
				t.podsIn(ctx, allows())
				p := pod{
					name:   t.ID("p"),
					images: []string{images},
					labels: map[string]string{"image-policy.k8s.io/break-glass": "true"},
				}
				t.createPod(ctx, "create", p)
				t.entry(ctx, p.name, "labels.break-glass", "labels.overridden-verification-result?")
			},
			Want: `
				create: admitted
				entry: OK labels.break-glass=true labels.overridden-verification-result=unset`,
		},
		{
			ID: "POD-BREAK-GLASS-DRY-RUN", Needs: needs, Takes: 6 * minute,
			Unknown: "Breakglass is logged instead of a dry run.",
			Run: func(ctx context.Context, t *Trial) {
				rule := denies()
				rule.EnforcementMode = binaryauthorizationpb.AdmissionRule_DRYRUN_AUDIT_LOG_ONLY
				t.podsIn(ctx, rule)
				p := pod{
					name:   t.ID("p"),
					images: []string{images},
					labels: map[string]string{"image-policy.k8s.io/break-glass": "true"},
				}
				t.createPod(ctx, "create", p)
				t.entry(ctx, p.name, "labels.break-glass", "labels.dry-run?")
			},
			Want: `
				create: admitted
				entry: OK labels.break-glass=true labels.dry-run=unset`,
		},
		{
			ID: "POD-EXISTS", Needs: needs, Takes: 6 * minute,
			Unknown: "A duplicate pod name is refused after the policy decision, and has an entry with AlreadyExists.",
			Run: func(ctx context.Context, t *Trial) {
				t.podsIn(ctx, allows())
				p := pod{name: t.ID("p"), images: []string{images}}
				t.createPod(ctx, "create", p)
				t.createPod(ctx, "create again", p)
				t.entry(ctx, p.name, "record.status.code", "record.response.code", "record.response.reason")
			},
			Want: `
				create: admitted
				create again: exists
				entry: OK record.status.code=6 record.response.code=409 record.response.reason=AlreadyExists`,
		},
		{
			ID: "POD-ATTESTATION-SCHEME", Needs: needs, Takes: 8 * minute,
			Unknown: "Attestations count with and without https:// in their resource.",
			Run: func(ctx context.Context, t *Trial) {
				k := t.ec()
				t.tryKeys(ctx, "attestor", pkix(uriOne, k.text, p256))
				rule := require(t.attestorName("a"))
				rule.EnforcementMode = binaryauthorizationpb.AdmissionRule_ENFORCED_BLOCK_AND_AUDIT_LOG
				t.podsIn(ctx, rule)
				image := strings.TrimPrefix(t.image(), "https://")
				t.createPod(ctx, "no attestation", pod{name: t.ID("p1"), images: []string{image}})
				for _, c := range [][3]string{{"without https", image, "p2"}, {"with https", t.image(), "p3"}} {
					o := t.attestation(t.noteName("n"), c[1])
					o.GetAttestation().Signatures = t.signed(uriOne, t.sign(k, t.payload(), crypto.SHA256)).GetSignatures()
					made, err := t.createOccurrence(ctx, o)
					t.Setup("occurrence", err)
					t.Setup("wait", t.Sleep(ctx, settle))
					t.createPod(ctx, c[0], pod{name: t.ID(c[2]), images: []string{image}})
					t.Setup("delete", t.deleteOccurrence(ctx, made.GetName()))
					t.Setup("wait", t.Sleep(ctx, settle))
				}
			},
			Want: `
				attestor: OK
				no attestation: denied
				without https: admitted
				with https: admitted`,
		},
		{
			ID: "POD-ATTESTATION-IMAGE", Needs: needs, Takes: 8 * minute,
			Unknown: "An attestation is for a digest in every registry and repository, as documented. The same applies with a tag before " +
				"the digest.",
			Run: func(ctx context.Context, t *Trial) {
				k := t.ec()
				t.tryKeys(ctx, "attestor", pkix(uriOne, k.text, p256))
				o := t.attestation(t.noteName("n"), t.image())
				o.GetAttestation().Signatures = t.signed(uriOne, t.sign(k, t.payload(), crypto.SHA256)).GetSignatures()
				_, err := t.createOccurrence(ctx, o)
				t.Setup("occurrence", err)
				rule := require(t.attestorName("a"))
				rule.EnforcementMode = binaryauthorizationpb.AdmissionRule_ENFORCED_BLOCK_AND_AUDIT_LOG
				t.podsIn(ctx, rule)
				repository, _, _ := strings.Cut(strings.TrimPrefix(t.image(), "https://"), "@")
				for i, c := range [][2]string{
					{"a tag", repository + ":one@" + digest},
					{"another repository", repository + "/copy@" + digest},
					{"another registry", "probe.example/copy@" + digest},
				} {
					t.createPod(ctx, c[0], pod{name: t.ID(fmt.Sprint("p", i)), images: []string{c[1]}})
				}
			},
			Want: `
				attestor: OK
				a tag: admitted
				another repository: admitted
				another registry: admitted`,
		},
		{
			ID: "POD-LOG-KEYS", Needs: needs, Takes: 6 * minute,
			Unknown: "A quoted text for any field also matches keys of maps. The documented search for breakglass needs this. " +
				"Comparisons are case-insensitive, as documented.",
			Run: func(ctx context.Context, t *Trial) {
				t.podsIn(ctx, denies())
				p := pod{
					name:   t.ID("p"),
					images: []string{images},
					labels: map[string]string{"image-policy.k8s.io/break-glass": "true"},
				}
				t.createPod(ctx, "create", p)
				t.entry(ctx, p.name, "labels.break-glass")
				name := `protoPayload.resourceName:"` + p.name + `" AND `
				for _, c := range [][2]string{
					{"the key", `"` + webhook + `break-glass"`}, {"in upper case", `"` + strings.ToUpper(webhook) + `BREAK-GLASS"`},
				} {
					e, err := t.Logs.ListLogEntries(ctx, &loggingpb.ListLogEntriesRequest{
						ResourceNames: []string{t.Parent()}, Filter: name + c[1], PageSize: 1,
					}).Next()
					t.Setup("list", atEnd(err))
					t.Note(c[0], "%t", e != nil)
				}
			},
			Want: `
				create: admitted
				entry: OK labels.break-glass=true
				the key: true
				in upper case: true`,
		},
		{
			ID: "POD-LOG-STATUS", Needs: needs, Takes: 6 * minute,
			Unknown: "An entry of an admitted pod has an empty status, {} in JSON. Recordings have {\"code\":0}.",
			Run: func(ctx context.Context, t *Trial) {
				t.podsIn(ctx, allows())
				p := pod{name: t.ID("p"), images: []string{images}}
				t.createPod(ctx, "create", p)
				t.entry(ctx, p.name, "record.status")
			},
			Want: `
				create: admitted
				entry: OK record.status={}`,
		},
		{
			ID: "POD-ASSET", Needs: needs, Takes: 20 * minute,
			Unknown: "The name of a cluster has zones for a zone and locations for a region: both forms are documented, but not " +
				"their use. Without a content type, an asset has only its name and type, as documented for the field; a guide " +
				"shows more. The JSON of a pod has no kind and no apiVersion, because programs that read it add them.",
			Run: podAsset,
			Want: `
				create: admitted
				named by: zones
				without content: OK asset_type=k8s.io/Pod update_time=unset ancestors=0
				with content: OK resource.version=v1 resource.discovery_document_uri=unset ` +
				`resource.data.kind=unset resource.data.apiVersion=unset`,
		},
	}
}

func podAsset(ctx context.Context, t *Trial) {
	t.podsIn(ctx, allows())
	p := pod{name: t.ID("p"), images: []string{"probe.example/web:one"}}
	t.createPod(ctx, "create", p)
	found := t.assetOf(ctx, p.name, assetpb.ContentType_CONTENT_TYPE_UNSPECIFIED)
	collection := strings.Split(strings.TrimPrefix(found.GetName(), "//container.googleapis.com/"), "/")
	if len(collection) > 2 {
		t.Note("named by", "%s", collection[2])
	}
	t.Saw("without content", found, nil, "asset_type", "update_time?", "ancestors#")
	t.Saw("with content", t.assetOf(ctx, p.name, assetpb.ContentType_RESOURCE), nil,
		"resource.version", "resource.discovery_document_uri?", "resource.data.kind?", "resource.data.apiVersion?")
}

// assetOf waits until the inventory has a pod of this run.
func (t *Trial) assetOf(ctx context.Context, name string, content assetpb.ContentType) *assetpb.Asset {
	var found *assetpb.Asset
	t.Until(ctx, "wait for the inventory", func() (bool, error) {
		all := t.Assets.ListAssets(ctx, &assetpb.ListAssetsRequest{
			Parent: t.Parent(), AssetTypes: []string{"k8s.io/Pod"}, ContentType: content,
		})
		for {
			a, err := all.Next()
			if err != nil {
				return false, atEnd(err)
			}
			if strings.HasSuffix(a.GetName(), "/pods/"+name) {
				found = a
				return true, nil
			}
		}
	})
	return found
}

// denies and allows are rules for the namespace of this run.
func denies() *binaryauthorizationpb.AdmissionRule {
	return &binaryauthorizationpb.AdmissionRule{
		EvaluationMode:  binaryauthorizationpb.AdmissionRule_ALWAYS_DENY,
		EnforcementMode: binaryauthorizationpb.AdmissionRule_ENFORCED_BLOCK_AND_AUDIT_LOG,
	}
}

func allows() *binaryauthorizationpb.AdmissionRule {
	rule := denies()
	rule.EvaluationMode = binaryauthorizationpb.AdmissionRule_ALWAYS_ALLOW
	return rule
}
