package session

import (
	"encoding/json"
	"errors"
	"net/url"
	"strconv"
	"strings"

	"konklave/internal/signal"
	"konklave/internal/signal/lkpb"
)

// What is wrong with the parameters of a client that has no join request.
var (
	errPublishOnly = errors.New("connections that only publish are not supported")
	errAttributes  = errors.New("the attributes cannot be read")
)

// joinQuery reads what clients with two PeerConnections say in the query instead of a join request. What is not used
// is not read, such as the model of the device. Errors: errPublishOnly, errAttributes.
func joinQuery(q url.Values) (*lkpb.JoinRequest, error) {
	if q.Get("publish") != "" {
		return nil, errPublishOnly
	}
	attributes, err := queryAttributes(q.Get("attributes"))
	if err != nil {
		return nil, err
	}
	return &lkpb.JoinRequest{
		ClientInfo: &lkpb.ClientInfo{
			Sdk:      lkpb.ClientInfo_SDK(lkpb.ClientInfo_SDK_value[strings.ToUpper(q.Get("sdk"))]),
			Protocol: queryNumber(q.Get("protocol")), ClientProtocol: queryNumber(q.Get("client_protocol")),
			Capabilities: queryCapabilities(q.Get("capabilities")), Browser: q.Get("browser"), Os: q.Get("os"),
		},
		ConnectionSettings: &lkpb.ConnectionSettings{
			AutoSubscribe: queryBool(q.Get("auto_subscribe"), true), AdaptiveStream: queryBool(q.Get("adaptive_stream"), false),
		},
		ParticipantAttributes: attributes,
		Reconnect:             queryBool(q.Get("reconnect"), false), ParticipantSid: q.Get("sid"),
	}, nil
}

// queryAttributes reads the attributes of a participant: base64 of an object in JSON.
func queryAttributes(text string) (map[string]string, error) {
	if text == "" {
		return nil, nil
	}
	raw, err := signal.DecodeBase64(text)
	if err != nil {
		return nil, errAttributes
	}
	var all map[string]string
	if json.Unmarshal(raw, &all) != nil {
		return nil, errAttributes
	}
	return all, nil
}

// queryNumber is 0 for what is no number, as for a client that says nothing.
func queryNumber(text string) int32 {
	n, err := strconv.ParseInt(text, 10, 32)
	if err != nil {
		return 0
	}
	return int32(n)
}

func queryBool(text string, otherwise bool) bool {
	b, err := strconv.ParseBool(text)
	if err != nil {
		return otherwise
	}
	return b
}

// queryCapabilities reads a list of names; those that are not known here are left out.
func queryCapabilities(list string) (all []lkpb.ClientInfo_Capability) {
	for name := range strings.SplitSeq(list, ",") {
		if c, ok := lkpb.ClientInfo_Capability_value[strings.TrimSpace(name)]; ok && c != 0 {
			all = append(all, lkpb.ClientInfo_Capability(c))
		}
	}
	return all
}
