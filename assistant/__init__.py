"""The answer side: from a question to a cited, checked Answer."""
