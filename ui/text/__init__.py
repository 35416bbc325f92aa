"""Answers, articles, reports and measurements as text for a terminal or a pipe. Pure: nothing here prints."""
