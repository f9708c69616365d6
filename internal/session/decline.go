package session

import (
	"konklave/internal/signal/lkpb"
)

// decline tells the client that a request is refused, and why. request repeats the part by which the client finds its
// request again; its setter may be nil, where there is nothing in the protocol to repeat.
func (s *Session) decline(reason lkpb.RequestResponse_Reason, why string, request uint32, repeat func(*lkpb.RequestResponse)) {
	r := &lkpb.RequestResponse{RequestId: request, Reason: reason, Message: why}
	if repeat != nil {
		repeat(r)
	}
	s.respond(&lkpb.SignalResponse{Message: &lkpb.SignalResponse_RequestResponse{RequestResponse: r}})
}

const (
	noDataTracks = "there are no data tracks here"
	noDataBlobs  = "nothing is stored for clients here"
)

// declineUnsupported answers requests for what there is not. It is false when there is nothing to say to a request.
func (s *Session) declineUnsupported(r *lkpb.SignalRequest) bool {
	switch m := r.Message.(type) {
	case *lkpb.SignalRequest_PublishDataTrackRequest:
		s.decline(lkpb.RequestResponse_NOT_ALLOWED, noDataTracks, 0, func(r *lkpb.RequestResponse) {
			r.Request = &lkpb.RequestResponse_PublishDataTrack{PublishDataTrack: &lkpb.PublishDataTrackRequest{
				PubHandle: m.PublishDataTrackRequest.GetPubHandle(),
			}}
		})
	case *lkpb.SignalRequest_UnpublishDataTrackRequest:
		s.decline(lkpb.RequestResponse_INVALID_HANDLE, noDataTracks, 0, func(r *lkpb.RequestResponse) {
			r.Request = &lkpb.RequestResponse_UnpublishDataTrack{UnpublishDataTrack: m.UnpublishDataTrackRequest}
		})
	case *lkpb.SignalRequest_StoreDataBlobRequest:
		s.decline(lkpb.RequestResponse_NOT_ALLOWED, noDataBlobs, m.StoreDataBlobRequest.GetRequestId(), nil)
	case *lkpb.SignalRequest_GetDataBlobRequest:
		s.decline(lkpb.RequestResponse_NOT_ALLOWED, noDataBlobs, m.GetDataBlobRequest.GetRequestId(), nil)
	default:
		return false
	}
	return true
}
