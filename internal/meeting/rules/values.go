package rules

// Values lists the kinds.
func (Kind) Values() []string { return words(Kinds()) }

// Values lists the levels.
func (Level) Values() []string { return words(Levels()) }

// Values lists the roles.
func (Role) Values() []string { return words(Roles()) }

// Values lists who may wait.
func (Lobby) Values() []string { return valuesOf("lobby") }

// Values lists who may come without an account.
func (Guests) Values() []string { return valuesOf("guests") }

// Values lists who may be called what.
func (Names) Values() []string { return valuesOf("names") }

// Values lists what may be seen before admission.
func (Before) Values() []string { return valuesOf("before") }

// Values lists who may start.
func (Start) Values() []string { return valuesOf("start") }

// Values lists when it may be locked.
func (Locking) Values() []string { return valuesOf("lock") }

// Values lists what may happen without hosts.
func (HostGone) Values() []string { return valuesOf("hostGone") }

// Values lists who may have the floor.
func (Floor) Values() []string { return valuesOf("speak") }

// Values lists who may show a screen.
func (Sharing) Values() []string { return valuesOf("share") }

// Values lists how hands may be raised.
func (Hands) Values() []string { return valuesOf("hands") }

// Values lists whom one may reach.
func (Reach) Values() []string { return valuesOf("chat") }

// Values lists whom one may see.
func (Sight) Values() []string { return valuesOf("people") }

// Values lists how hosts may notice who waits.
func (Arrivals) Values() []string { return valuesOf("arrivals") }

// Values lists how people may be spoken to.
func (Address) Values() []string { return valuesOf("address") }

func valuesOf(setting string) []string { return bound(setting).Values }

func words[T ~string](list []T) []string {
	all := make([]string, len(list))
	for i, v := range list {
		all[i] = string(v)
	}
	return all
}
