package main

import (
	"flag"
	"fmt"
	"io"

	"github.com/binauthz/terraform-provider-binauthz/internal/emulator"
	"github.com/binauthz/terraform-provider-binauthz/internal/emulator/fault"
)

// parse parses the command line. Before it returns an error, it prints the reason to stderr.
func parse(args []string, stderr io.Writer) (emulator.Options, error) {
	var o emulator.Options
	flags := flag.NewFlagSet("binauthz-emulator", flag.ContinueOnError)
	flags.SetOutput(stderr)
	flags.StringVar(&o.Listen, "listen", "127.0.0.1:9020", "`ADDRESS` to listen on, for gRPC and REST")
	flags.Func("cluster", "full `NAME` of an initial GKE cluster; repeatable", func(s string) error {
		o.Clusters = append(o.Clusters, s)
		return nil
	})
	flags.Func("pod", "`CLUSTER=FILE` with a manifest of initial pods in one of the clusters; repeatable. "+
		"To add pods later, POST a manifest to /emulator/v1/CLUSTER/pods (403 if the policy denies them). To delete one, "+
		"send DELETE /emulator/v1/CLUSTER/namespaces/NAMESPACE/pods/POD", func(s string) error {
		o.Pods = append(o.Pods, s)
		return nil
	})
	flags.Func("location", "`NAME` of a region or zone in addition to Google's; repeatable", func(s string) error {
		o.Locations = append(o.Locations, s)
		return nil
	})
	flags.Func("kms-key", "full `NAME[=ALGORITHM]` of an initial Cloud KMS key; repeatable, a repeated name adds a version",
		func(s string) error {
			o.KMSKeys = append(o.KMSKeys, s)
			return nil
		})
	flags.Func("fault", "`"+fault.Usage+"` to inject; repeatable", func(s string) error {
		f, err := fault.Parse(s)
		o.Faults = append(o.Faults, f)
		return err
	})
	flags.DurationVar(&o.OperationTime, "operation-time", 0, "duration of a GKE operation")
	flags.DurationVar(&o.Latency, "latency", 0, "time added to every call")
	flags.BoolVar(&o.Quota, "quota", false, "enforce the published quotas")
	flags.IntVar(&o.PageSize, "page-size", 0, "maximum number of entries on a page of a list; 0 keeps each API's own")
	flags.BoolVar(&o.IgnoreFieldMasks, "ignore-field-masks", false, "answer in full when a partial response is requested")
	if err := flags.Parse(args); err != nil {
		return o, err
	}
	err := check(o, flags.Args())
	if err != nil {
		fmt.Fprintln(stderr, "binauthz-emulator:", err)
	}
	return o, err
}

func check(o emulator.Options, rest []string) error {
	switch {
	case len(rest) > 0:
		return fmt.Errorf("unexpected argument %q", rest[0])
	case o.PageSize < 0 || o.Latency < 0 || o.OperationTime < 0:
		return fmt.Errorf("-page-size, -latency and -operation-time must not be negative")
	}
	return nil
}
