package replay

// RememberOnly bounds how many contacts a run remembers.
func (p *Player) RememberOnly(contacts int) { p.contacts = contacts }
