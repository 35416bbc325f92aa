"""Conversations and their turns: answered by jobs behind a fair queue, stored in SQLite."""
