"""Numbers in text: value, bound, unit, date, what is counted and in which event."""
