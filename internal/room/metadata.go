package room

import "maps"

// updateMetadata changes what others see of a participant, if it may and it is not too much.
func (s *State) updateMetadata(p *participant, c UpdateMetadata) {
	attributes := merge(p.attributes, c.Attributes)
	result := ResultOK
	switch {
	case !p.permission.CanUpdateMetadata:
		result = ResultNotAllowed
	case len(c.Name) > maxName || len(c.Metadata) > maxMetadata || attributesSize(attributes) > maxAttributes:
		result = ResultLimitExceeded
	}
	if result == ResultOK {
		if c.Name != "" {
			p.name = c.Name
		}
		if c.Metadata != "" {
			p.metadata = c.Metadata
		}
		p.attributes = attributes
		s.announce(p)
		s.tell(p, p.credentials())
	}
	s.tell(p, RequestResponse{RequestID: c.RequestID, Result: result, Request: c})
}

// setRoomMetadata changes the room's metadata.
func (s *State) setRoomMetadata(c SetRoomMetadata) {
	if len(c.Metadata) > maxMetadata || c.Metadata == s.metadata {
		return
	}
	s.metadata = c.Metadata
	s.tellCounts()
}

// merge gives attributes with changes applied, in a new map. An empty value deletes.
func merge(attributes, changes map[string]string) map[string]string {
	if len(changes) == 0 {
		return attributes
	}
	merged := make(map[string]string, len(attributes)+len(changes))
	maps.Copy(merged, attributes)
	for k, v := range changes {
		if v == "" {
			delete(merged, k)
		} else {
			merged[k] = v
		}
	}
	return merged
}

// attributesSize counts the bytes of keys and values.
func attributesSize(attributes map[string]string) (size int) {
	for k, v := range attributes {
		size += len(k) + len(v)
	}
	return size
}
