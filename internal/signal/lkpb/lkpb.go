// Package lkpb owns our schema of the LiveKit protocol: the messages that clients exchange with the server over the
// signalling WebSocket and the data channels, those of the server API and of webhooks, and no others. The Go code is
// generated from the .proto files; nothing else belongs here.
//
// Numbers, types and names of fields are facts of the wire and are compared with a table in the test.
package lkpb

//go:generate sh -c "protoc -I ../../.. --go_out=../../.. --go_opt=paths=source_relative ../../../internal/signal/lkpb/*.proto"
