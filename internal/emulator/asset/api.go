// Package asset emulates the part of Cloud Asset Inventory that lists what runs in clusters: google.cloud.asset.v1.AssetService with
// ListAssets and SearchAllResources, for the assets that it is told of.
//
// The behaviour follows the comments of the service's proto files and its list of asset names
// (https://cloud.google.com/asset-inventory/docs/asset-names). Where neither says what happens, the emulator takes the stricter reading;
// the list is in the documentation of package emulator.
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
	// Lag is how old what the inventory knows is: how long an asset is there before it is listed, or gone before it is not. Set it before
	// the first call.
	Lag time.Duration
	// Settle, if set, runs before every list, so that others can finish what should have happened by now. Set it before the first call.
	Settle func()

	w *world.World

	mu      sync.Mutex
	assets  []*Asset // by name, then by the time they were made
	frozen  time.Time
	parents map[string]string // "projects/{number}" or "folders/{number}" -> what it is in
}

// Asset is one asset as the inventory keeps it. What is in it does not change once it was put.
type Asset struct {
	// Name is the full resource name, "//container.googleapis.com/projects/…", Type such as "k8s.io/Pod".
	Name, Type string
	// Project is the id of the project the asset is in, Location its region or zone.
	Project, Location string
	// Parent is the full resource name of what the asset is in, ParentType its type.
	Parent, ParentType string
	// Version is that of the API whose JSON Data is.
	Version string
	Data    *structpb.Struct
	// Made is when the asset came to be, Gone when it was deleted; zero while it exists.
	Made, Gone time.Time
}

// New returns a service without assets and without folders.
func New(w *world.World) *API { return &API{w: w, parents: map[string]string{}} }

// Register serves google.cloud.asset.v1.AssetService on s. Methods other than the two are UNIMPLEMENTED.
func (a *API) Register(s grpc.ServiceRegistrar) {
	assetpb.RegisterAssetServiceServer(s, &service{api: a})
}

// Put adds assets. The inventory lists each from Lag after it was made.
func (a *API) Put(assets ...*Asset) {
	a.mu.Lock()
	defer a.mu.Unlock()
	for _, x := range assets {
		i, _ := slices.BinarySearchFunc(a.assets, x.Name+"\x00", func(y *Asset, name string) int { return strings.Compare(y.Name, name) })
		a.assets = slices.Insert(a.assets, i, x)
	}
}

// Remove marks assets as deleted at a time. Those that are gone stay as they are, for what is read of the past.
func (a *API) Remove(at time.Time, gone func(*Asset) bool) {
	a.mu.Lock()
	defer a.mu.Unlock()
	for _, x := range a.assets {
		if x.Gone.IsZero() && gone(x) {
			x.Gone = at
		}
	}
}

// Freeze stops the inventory: it shows what it shows now until Thaw.
func (a *API) Freeze() {
	seen := a.newest()
	a.mu.Lock()
	defer a.mu.Unlock()
	a.frozen = seen
}

// Thaw lets the inventory go on after Freeze.
func (a *API) Thaw() {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.frozen = time.Time{}
}

// newest is the time whose state the inventory shows when none is asked for.
func (a *API) newest() time.Time {
	now := a.w.Clock().UTC().Add(-a.Lag)
	a.mu.Lock()
	defer a.mu.Unlock()
	if !a.frozen.IsZero() && a.frozen.Before(now) {
		return a.frozen
	}
	return now
}

// at tells whether the asset existed then.
func (x *Asset) at(then time.Time) bool {
	return !x.Made.After(then) && (x.Gone.IsZero() || x.Gone.After(then))
}
