"""Answers and articles as HTML: pure functions in which every word is escaped."""
