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

// defaultEntries is how many entries are read of each of the two lists: 20 calls of 60 a minute.
const (
	defaultEntries = 20_000
	mostEntries    = 200_000
)

var describe = schema.Schema{
	MarkdownDescription: "What Binary Authorization did in the clusters of a project, by GKE's audit logs in Cloud Logging: pods that it " +
		"blocked, pods that only a dry run let pass, " +
		"pods that broke the glass, and pods that were admitted because the service did not answer. Grouped by image, reason and workload.\n\n" +
		"`pod_creations` says how many pods were to be created in the same time: without pods there are no denials either. Log entries arrive " +
		"with a delay of up to some minutes.\n\n" +
		"Permission: `logging.logEntries.list` (role `roles/logging.viewer`).",
	Attributes: map[string]schema.Attribute{
		"id": computed("`projects/{project}`."),
		"project": schema.StringAttribute{Optional: true, Computed: true, MarkdownDescription: "Id of the project of the clusters. Absent or " +
			"empty, it is the provider's."},
		"clusters": schema.SetAttribute{
			Optional: true, ElementType: types.StringType, MarkdownDescription: "Clusters that are looked at: `{location}.{cluster}`. Absent: " +
				"all of the project.",
			Validators: []validator.Set{setvalidator.ValueStringsAre(guard.ClusterKey)},
		},
		"kinds": schema.SetAttribute{
			Optional: true, ElementType: types.StringType, MarkdownDescription: "What is looked for: `BLOCKED`, `DRY_RUN`, `BREAK_GLASS`, " +
				"`FAIL_OPEN`. Absent: all.",
			Validators: []validator.Set{
				setvalidator.SizeAtLeast(1),
				setvalidator.ValueStringsAre(stringvalidator.OneOf("BLOCKED", "DRY_RUN", "BREAK_GLASS", "FAIL_OPEN")),
			},
		},
		"lookback": schema.StringAttribute{
			Optional: true, MarkdownDescription: "How far back, such as `168h`, which is the default. At most 9600h: Google keeps this log for " +
				"400 days.",
			Validators: []validator.String{guard.Lookback, stringvalidator.ConflictsWith(path.MatchRoot("since"))},
		},
		"since": schema.StringAttribute{Optional: true, Computed: true, MarkdownDescription: "From when on, in RFC 3339, in place of " +
			"`lookback`."},
		"until": computed("Up to when: the moment of the read, in RFC 3339."),
		"max_entries": schema.Int64Attribute{
			Optional: true, MarkdownDescription: "How many log entries are read at most, of events and of pod creations each. Default `20000`, " +
				"which takes about 40 calls.",
			Validators: []validator.Int64{int64validator.Between(1, mostEntries)},
		},
		"denials": schema.ListNestedAttribute{
			Computed: true, MarkdownDescription: "The events, in groups, sorted by kind, image, cluster, namespace and workload.",
			NestedObject: schema.NestedAttributeObject{Attributes: map[string]schema.Attribute{
				"kind":                       computed("`BLOCKED`, `DRY_RUN`, `BREAK_GLASS` or `FAIL_OPEN`."),
				"image":                      computed("The image. Null where the log does not tell it."),
				"reason":                     computed("What the log says of it. Null where it says nothing."),
				"cluster":                    computed("`{location}.{cluster}`."),
				"kubernetes_namespace":       computed("The namespace."),
				"kubernetes_service_account": computed("`{namespace}:{service account}`. Null where the log does not tell it."),
				"workload":                   computed("What made the pods, such as `Deployment web`."),
				"count":                      schema.Int64Attribute{Computed: true, MarkdownDescription: "Number of events."},
				"first_seen":                 computed("Time of the first one, in RFC 3339."),
				"last_seen":                  computed("Time of the last one, in RFC 3339."),
			}},
		},
		"pod_creations": schema.Int64Attribute{Computed: true, MarkdownDescription: "How many pods were to be created in that time, admitted " +
			"or blocked; those that something else refused, such as access control or a quota, are not counted. A lower bound if `complete` is " +
			"false."},
		"complete": schema.BoolAttribute{Computed: true, MarkdownDescription: "Whether all of the log in that time was read."},
	},
}

func computed(text string) schema.StringAttribute {
	return schema.StringAttribute{Computed: true, MarkdownDescription: text}
}
