package denial

import (
	"github.com/hashicorp/terraform-plugin-framework-validators/int64validator"
	"github.com/hashicorp/terraform-plugin-framework-validators/setvalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/binauthz/terraform-provider-binauthz/internal/guard"
)

// defaultEntries is the limit for each of the two lists: 20 calls of 60 a minute.
const (
	defaultEntries = 20_000
	mostEntries    = 200_000
)

var describe = schema.Schema{
	MarkdownDescription: "Decisions of Binary Authorization in the clusters of a project, from GKE's audit logs in " +
		"Cloud Logging: blocked pods, pods admitted only by a dry run, breakglass pods, and pods admitted because " +
		"the service did not answer. Grouped by image, reason and workload.\n\n`pod_creations` is the number of pod " +
		"creations in the same time: without pods there are no denials either. Log entries arrive with a delay of " +
		"some minutes.\n\nPermission: `logging.logEntries.list` (role `roles/logging.viewer`).",
	Attributes: map[string]schema.Attribute{
		"id": computed("`projects/{project}`."),
		"project": schema.StringAttribute{
			Optional: true, Computed: true,
			MarkdownDescription: "Id of the project of the clusters. Absent or empty means the provider's project.",
		},
		"clusters": schema.SetAttribute{
			Optional: true, ElementType: types.StringType,
			MarkdownDescription: "Clusters to include: `{location}.{cluster}`. Absent means all of the project.",
			Validators:          []validator.Set{setvalidator.ValueStringsAre(guard.ClusterKey)},
		},
		"kinds": schema.SetAttribute{
			Optional: true, ElementType: types.StringType,
			MarkdownDescription: "Kinds of events to include: `BLOCKED`, `DRY_RUN`, `BREAK_GLASS`, `FAIL_OPEN`. Absent means all.",
			Validators: []validator.Set{
				setvalidator.SizeAtLeast(1),
				setvalidator.ValueStringsAre(stringvalidator.OneOf("BLOCKED", "DRY_RUN", "BREAK_GLASS", "FAIL_OPEN")),
			},
		},
		"lookback": schema.StringAttribute{
			Optional:            true,
			MarkdownDescription: "Length of the period until now, by default `168h`. At most 9600h: Google keeps this log for 400 days.",
			Validators:          []validator.String{guard.Lookback, stringvalidator.ConflictsWith(path.MatchRoot("since"))},
		},
		"since": schema.StringAttribute{
			Optional: true, Computed: true,
			MarkdownDescription: "Start of the period, in RFC 3339, instead of `lookback`.",
		},
		"until": computed("End of the period: the time of the read, in RFC 3339."),
		"max_entries": schema.Int64Attribute{
			Optional: true,
			MarkdownDescription: "Maximum number of log entries to read, separately for events and pod creations. " +
				"Default `20000`, about 40 calls.",
			Validators: []validator.Int64{int64validator.Between(1, mostEntries)},
		},
		"denials": schema.ListNestedAttribute{
			Computed: true, MarkdownDescription: "The events, in groups, sorted by kind, image, cluster, namespace and workload.",
			NestedObject: schema.NestedAttributeObject{Attributes: map[string]schema.Attribute{
				"kind":                       computed("`BLOCKED`, `DRY_RUN`, `BREAK_GLASS` or `FAIL_OPEN`."),
				"image":                      computed("The image. Null if the log does not name it."),
				"reason":                     computed("Reason in the log. Null without one."),
				"cluster":                    computed("`{location}.{cluster}`."),
				"kubernetes_namespace":       computed("The namespace."),
				"kubernetes_service_account": computed("`{namespace}:{service account}`. Null if the log does not name it."),
				"workload":                   computed("Owner of the pods, such as `Deployment web`."),
				"count":                      schema.Int64Attribute{Computed: true, MarkdownDescription: "Number of events."},
				"first_seen":                 computed("Time of the first event, in RFC 3339."),
				"last_seen":                  computed("Time of the last event, in RFC 3339."),
			}},
		},
		"pod_creations": schema.Int64Attribute{
			Computed: true,
			MarkdownDescription: "Number of pod creations in the period, admitted or blocked. Pods refused for " +
				"another reason, such as access control or a quota, do not count. A lower bound if `complete` is " +
				"false.",
		},
		"complete": schema.BoolAttribute{Computed: true, MarkdownDescription: "Whether the whole log of the period was read."},
	},
}

func computed(text string) schema.StringAttribute {
	return schema.StringAttribute{Computed: true, MarkdownDescription: text}
}
