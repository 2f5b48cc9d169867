package containeranalysis

import (
	"context"

	containeranalysispb "google.golang.org/genproto/googleapis/devtools/containeranalysis/v1"
	grafeaspb "google.golang.org/genproto/googleapis/grafeas/v1"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

// Register adds the gRPC services to s. The generated functions of these two services require a
// *grpc.Server, so their descriptions are written out here.
func (a *API) Register(s grpc.ServiceRegistrar) {
	s.RegisterService(&grafeasService, &grafeas{API: a})
	s.RegisterService(&policyService, &policies{API: a})
}

var (
	_ grafeaspb.GrafeasServer                     = (*grafeas)(nil)
	_ containeranalysispb.ContainerAnalysisServer = (*policies)(nil)
)

const grafeasName, policyName = "grafeas.v1.Grafeas", "google.devtools.containeranalysis.v1.ContainerAnalysis"

var grafeasService = grpc.ServiceDesc{
	ServiceName: grafeasName,
	HandlerType: (*grafeaspb.GrafeasServer)(nil),
	Metadata:    "grafeas/v1/grafeas.proto",
	Methods: []grpc.MethodDesc{
		unary(grafeasName, "GetOccurrence", grafeaspb.GrafeasServer.GetOccurrence),
		unary(grafeasName, "ListOccurrences", grafeaspb.GrafeasServer.ListOccurrences),
		unary(grafeasName, "DeleteOccurrence", grafeaspb.GrafeasServer.DeleteOccurrence),
		unary(grafeasName, "CreateOccurrence", grafeaspb.GrafeasServer.CreateOccurrence),
		unary(grafeasName, "BatchCreateOccurrences", grafeaspb.GrafeasServer.BatchCreateOccurrences),
		unary(grafeasName, "UpdateOccurrence", grafeaspb.GrafeasServer.UpdateOccurrence),
		unary(grafeasName, "GetOccurrenceNote", grafeaspb.GrafeasServer.GetOccurrenceNote),
		unary(grafeasName, "GetNote", grafeaspb.GrafeasServer.GetNote),
		unary(grafeasName, "ListNotes", grafeaspb.GrafeasServer.ListNotes),
		unary(grafeasName, "DeleteNote", grafeaspb.GrafeasServer.DeleteNote),
		unary(grafeasName, "CreateNote", grafeaspb.GrafeasServer.CreateNote),
		unary(grafeasName, "BatchCreateNotes", grafeaspb.GrafeasServer.BatchCreateNotes),
		unary(grafeasName, "UpdateNote", grafeaspb.GrafeasServer.UpdateNote),
		unary(grafeasName, "ListNoteOccurrences", grafeaspb.GrafeasServer.ListNoteOccurrences),
	},
}

var policyService = grpc.ServiceDesc{
	ServiceName: policyName,
	HandlerType: (*containeranalysispb.ContainerAnalysisServer)(nil),
	Metadata:    "google/devtools/containeranalysis/v1/containeranalysis.proto",
	Methods: []grpc.MethodDesc{
		unary(policyName, "SetIamPolicy", containeranalysispb.ContainerAnalysisServer.SetIamPolicy),
		unary(policyName, "GetIamPolicy", containeranalysispb.ContainerAnalysisServer.GetIamPolicy),
		unary(policyName, "TestIamPermissions", containeranalysispb.ContainerAnalysisServer.TestIamPermissions),
		unary(policyName, "GetVulnerabilityOccurrencesSummary",
			containeranalysispb.ContainerAnalysisServer.GetVulnerabilityOccurrencesSummary),
	},
}

// unary describes a method of the service interface S.
func unary[S, Request, Answer any](service, method string, call func(S, context.Context, *Request) (Answer, error)) grpc.MethodDesc {
	handler := func(server any, ctx context.Context, decode func(any) error, intercept grpc.UnaryServerInterceptor) (any, error) {
		request := new(Request)
		if err := decode(request); err != nil {
			return nil, err
		}
		handle := func(ctx context.Context, r any) (any, error) {
			s, isServer := server.(S)
			q, isRequest := r.(*Request)
			if !isServer || !isRequest {
				return nil, status.Errorf(codes.Internal, "%s/%s was called with %T on %T", service, method, r, server)
			}
			return call(s, ctx, q)
		}
		if intercept == nil {
			return handle(ctx, request)
		}
		return intercept(ctx, request, &grpc.UnaryServerInfo{Server: server, FullMethod: "/" + service + "/" + method}, handle)
	}
	return grpc.MethodDesc{MethodName: method, Handler: handler}
}
