package room

import (
	"maps"

	"konklave/internal/pii"
)

// updateMetadata changes what others see of a participant, if it may and it is not too much.
func (s *State) updateMetadata(p *participant, c UpdateMetadata) {
	result := ResultNotAllowed
	if p.permission.CanUpdateMetadata {
		result = ResultLimitExceeded
		if _, err := p.describe(c.Name, c.Metadata, c.Attributes); err == nil {
			result = ResultOK
			s.announce(p)
			s.tell(p, p.credentials())
		}
	}
	s.tell(p, RequestResponse{RequestID: c.RequestID, Result: result, Request: c})
}

// describe changes what is given of a participant's name, metadata and attributes, all or nothing, and tells whether
// anything was given. Errors: ErrNameTooLong, ErrMetadataTooLarge.
func (p *participant) describe(name pii.Name, metadata pii.Text, attributes map[string]string) (given bool, err error) {
	merged := merge(p.attributes, attributes)
	switch {
	case len(name) > maxName:
		return false, ErrNameTooLong
	case len(metadata) > maxMetadata || attributesSize(merged) > maxAttributes:
		return false, ErrMetadataTooLarge
	}
	if name != "" {
		p.name = name
	}
	if metadata != "" {
		p.metadata = metadata
	}
	p.attributes = merged
	return name != "" || metadata != "" || len(attributes) > 0, nil
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
