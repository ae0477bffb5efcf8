package diag

func fileEntries() []Entry      { return nil }
func conditionEntries() []Entry { return nil }
func moduleEntries() []Entry    { return nil }
func structureEntries() []Entry { return nil }
func lintEntries() []Entry      { return nil }
