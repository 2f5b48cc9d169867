// terraform-provider-binauthz is the Terraform provider for Google Cloud Binary Authorization.
package main

import (
	"flag"
	"log"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6/tf6server"

	"github.com/binauthz/terraform-provider-binauthz/internal/provider"
)

// version is that of the release; the release build sets it.
var version = "dev"

func main() {
	debug := flag.Bool("debug", false, "run so that a debugger can attach")
	flag.Parse()
	if err := serve(*debug); err != nil {
		log.Fatal(err)
	}
}

func serve(debug bool) error {
	options := []tf6server.ServeOpt{tf6server.WithManagedDebug()}
	if !debug {
		var err error
		if options, err = provider.Quiet(); err != nil {
			return err
		}
	}
	return tf6server.Serve("registry.terraform.io/binauthz/binauthz", provider.Server(provider.New(version)), options...)
}
