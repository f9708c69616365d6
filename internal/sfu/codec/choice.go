package codec

// Layers of one stream are told apart up to these numbers; higher ones count as the highest.
const (
	MaxSpatial  = 3
	MaxTemporal = 3
)

// Choice is what a receiver has of a stream: its spatial layers up to one and its temporal layers up to one. Where a
// stream has fewer, the choice means the highest that it has.
type Choice uint8

// Choose makes a choice; numbers beyond the highest count as the highest.
func Choose(spatial, temporal uint8) Choice {
	return Choice(min(spatial, MaxSpatial)*(MaxTemporal+1) + min(temporal, MaxTemporal))
}

// Spatial is the choice's highest spatial layer.
func (c Choice) Spatial() uint8 { return uint8(c) / (MaxTemporal + 1) }

// Temporal is the choice's highest temporal layer.
func (c Choice) Temporal() uint8 { return uint8(c) % (MaxTemporal + 1) }

// choiceCount is how many choices there are.
const choiceCount = (MaxSpatial + 1) * (MaxTemporal + 1)

// Choices is a set of choices.
type Choices uint16

// All is every choice.
const All Choices = 1<<choiceCount - 1

// Has tells whether a choice is in the set.
func (s Choices) Has(c Choice) bool { return s&(1<<c) != 0 }

const (
	oneSpatial  Choices = 1<<(MaxTemporal+1) - 1 // those of the lowest spatial layer
	oneTemporal Choices = 0x1111                 // those of the lowest temporal layer
)

// temporalFrom are the choices with at least a temporal layer.
func temporalFrom(temporal uint8) Choices {
	return oneTemporal * (oneSpatial << min(temporal, MaxTemporal) & oneSpatial)
}

// spatialFrom are the choices with at least a spatial layer.
func spatialFrom(spatial uint8) Choices { return All << (min(spatial, MaxSpatial) * (MaxTemporal + 1)) }

// spatialUpTo are the choices with at most a spatial layer.
func spatialUpTo(spatial uint8) Choices { return ^(spatialFrom(spatial) << (MaxTemporal + 1)) }
