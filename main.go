// terraform-provider-binauthz is the Terraform provider for Binary Authorization of Google Cloud.
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
	var options []tf6server.ServeOpt
	if *debug {
		options = append(options, tf6server.WithManagedDebug())
	}
	if err := tf6server.Serve("registry.terraform.io/binauthz/binauthz", provider.Server(provider.New(version)), options...); err != nil {
		log.Fatal(err)
	}
}
