"""Answers and articles as HTML: pure functions that escape all text."""
