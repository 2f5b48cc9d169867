package image

import (
	"testing"

	"github.com/binauthz/terraform-provider-binauthz/internal/registry"
)

func TestChoose(t *testing.T) {
	t.Parallel()
	for _, k := range []struct {
		want   string
		have   []string
		chosen int // -1: none
	}{
		{"linux/amd64", []string{"linux/arm64", "linux/amd64"}, 1},
		{"linux/arm64", []string{"linux/arm64/v8"}, 0},
		{"linux/arm64", []string{"linux/arm64/v8", "linux/arm64"}, 1},
		{"linux/arm64", []string{"linux/arm64", "linux/arm64/v9"}, 0},
		{"linux/arm64", []string{"linux/arm64/v8", "linux/arm64/v9"}, -1},
		{"linux/arm64/v8", []string{"linux/arm64"}, -1},
		{"linux/arm", []string{"linux/arm64", "linux/arm/v7"}, 1},
		{"linux/arm", []string{"linux/arm64"}, -1},
		{"windows/amd64", []string{"windows/amd64:10.0.1"}, 0},
		{"windows/amd64:10.0.2", []string{"windows/amd64:10.0.1", "windows/amd64:10.0.2"}, 1},
		{"windows/amd64:10.0.2", []string{"windows/amd64:10.0.1"}, -1},
		{"windows/amd64:10.0.2", []string{"windows/amd64"}, -1},
		{"linux/amd64", []string{"", "unknown/unknown"}, -1},
		{"linux/amd64", nil, -1},
	} {
		image := &registry.Image{}
		for i, platform := range k.have {
			image.Manifests = append(image.Manifests, registry.Manifest{Platform: platform, Digest: string(rune('0' + i))})
		}
		got, err := choose(image, k.want)
		if (err != nil) != (k.chosen < 0) || err == nil && got.Digest != string(rune('0'+k.chosen)) {
			t.Errorf("%s of %q: %+v, %v", k.want, k.have, got, err)
		}
	}
}
