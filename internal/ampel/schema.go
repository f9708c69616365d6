package ampel

// Schema is the JSON Schema of the file of an assessment, https://json-schema.org/draft/2020-12. It says what can be said
// without the day: that no date is in the future is left to Read.
func (c *Catalogue) Schema() map[string]any {
	findings := map[string]any{}
	for _, k := range c.Criteria {
		findings[k.ID] = map[string]any{
			"title":       k.Title.EN,
			"description": k.Green.EN,
			"allOf":       []any{map[string]any{"$ref": "#/$defs/finding"}},
			"properties":  map[string]any{keyState: map[string]any{"enum": k.States()}},
		}
	}
	text := func(most int, about string) map[string]any {
		return map[string]any{"type": "string", "maxLength": most, "description": about}
	}
	date := func(about string) map[string]any {
		return map[string]any{"type": "string", "pattern": "^([0-9]{4}-[0-9]{2}-[0-9]{2})?$", "description": about}
	}
	service := text(mostText, "The service that is assessed.")
	service["minLength"] = 1
	return map[string]any{
		"$schema":              "https://json-schema.org/draft/2020-12/schema",
		"title":                "Assessment of a video conferencing service for Konklave's Ampel",
		"description":          "Catalogue " + c.Version + ". No rating by a supervisory authority, no legal advice.",
		"type":                 "object",
		"required":             []string{keyService, keyFindings},
		"additionalProperties": false,
		"properties": map[string]any{
			keyFormat:    map[string]any{"const": 1, "description": "Version of the format."},
			keyService:   service,
			keyOperator:  text(mostText, "Who runs it."),
			keyProfile:   map[string]any{"enum": c.ProfileIDs(), "default": NormalProfile},
			keyDate:      date("Day of the assessment, not in the future."),
			keyAssessor:  text(mostText, "Who assessed it."),
			keyCatalogue: text(mostText, "Version of the catalogue that it was made with."),
			keyFindings: map[string]any{
				"type": []string{"object", "null"}, "additionalProperties": false, "properties": findings,
			},
		},
		"$defs": map[string]any{"finding": map[string]any{
			"type": "object", "required": []string{keyState},
			"propertyNames": map[string]any{"enum": findingKeys()},
			"properties": map[string]any{
				keyState:    map[string]any{"type": "string"},
				keyEvidence: map[string]any{"enum": evidences(), "default": Unproven},
				keyNote:     text(mostNote, "In your own words."),
				keySource:   text(mostText, "Where it is to be read or seen, such as an address."),
				keyDate:     date("When it was found, not in the future."),
				keyExpires:  date("The last day on which it holds; afterwards it counts as unknown."),
			},
		}},
	}
}
