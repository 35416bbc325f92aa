"""English below everything else: stems, clauses, names for the same kind of thing."""
