// Package asset emulates the running pods in Cloud Asset Inventory:
// google.cloud.asset.v1.AssetService with ListAssets and SearchAllResources, for the assets added
// by the emulator.
//
// The behavior follows the comments of the proto files and the list of asset names
// (https://cloud.google.com/asset-inventory/docs/asset-names). Where both are silent, the emulator
// takes the stricter reading; the list is in package emulator.
package asset

import (
	"slices"
	"strings"
	"sync"
	"time"

	"cloud.google.com/go/asset/apiv1/assetpb"
	"google.golang.org/grpc"
	"google.golang.org/protobuf/types/known/structpb"

	"github.com/binauthz/terraform-provider-binauthz/internal/emulator/world"
)

// API is the state of the emulated service. It is safe for concurrent use. Use New.
type API struct {
	// Lag is the delay of the inventory: the time until it lists a new asset or drops a deleted
	// one. Set it before the first call.
	Lag time.Duration
	// Settle, if set, runs before every list, to finish work that is due. Set it before the first
	// call.
	Settle func()

	w *world.World

	mu      sync.Mutex
	assets  []*Asset // by name, then by creation time
	frozen  time.Time
	parents map[string]string // "projects/{number}" or "folders/{number}" -> its parent
}

// Asset is one asset of the inventory. Its contents never change after Put.
type Asset struct {
	// Name is the full resource name, "//container.googleapis.com/projects/…", Type such as
	// "k8s.io/Pod".
	Name, Type string
	// Project is the project id of the asset, Location its region or zone.
	Project, Location string
	// Parent is the full resource name of the asset's parent, ParentType its type.
	Parent, ParentType string
	// Version is the API version of the JSON in Data.
	Version string
	Data    *structpb.Struct
	// Made is the creation time, Gone the deletion time; Gone is zero while the asset exists.
	Made, Gone time.Time
}

// New returns a service without assets and without folders.
func New(w *world.World) *API { return &API{w: w, parents: map[string]string{}} }

// Register serves google.cloud.asset.v1.AssetService on s. Methods other than the two are
// UNIMPLEMENTED.
func (a *API) Register(s grpc.ServiceRegistrar) {
	assetpb.RegisterAssetServiceServer(s, &service{api: a})
}

// Put adds assets. The inventory lists an asset once Lag has passed since its creation.
func (a *API) Put(assets ...*Asset) {
	a.mu.Lock()
	defer a.mu.Unlock()
	for _, x := range assets {
		i, _ := slices.BinarySearchFunc(a.assets, x.Name+"\x00", func(y *Asset, name string) int { return strings.Compare(y.Name, name) })
		a.assets = slices.Insert(a.assets, i, x)
	}
}

// Remove marks assets as deleted at a time. Deleted assets stay unchanged, for reads of the past.
func (a *API) Remove(at time.Time, gone func(*Asset) bool) {
	a.mu.Lock()
	defer a.mu.Unlock()
	for _, x := range a.assets {
		if x.Gone.IsZero() && gone(x) {
			x.Gone = at
		}
	}
}

// Freeze keeps the inventory at its present state until Thaw.
func (a *API) Freeze() {
	seen := a.newest()
	a.mu.Lock()
	defer a.mu.Unlock()
	a.frozen = seen
}

// Thaw ends Freeze.
func (a *API) Thaw() {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.frozen = time.Time{}
}

// newest is the read time of a request without one.
func (a *API) newest() time.Time {
	now := a.w.Clock().UTC().Add(-a.Lag)
	a.mu.Lock()
	defer a.mu.Unlock()
	if !a.frozen.IsZero() && a.frozen.Before(now) {
		return a.frozen
	}
	return now
}

// at reports whether the asset existed at that time.
func (x *Asset) at(then time.Time) bool {
	return !x.Made.After(then) && (x.Gone.IsZero() || x.Gone.After(then))
}
