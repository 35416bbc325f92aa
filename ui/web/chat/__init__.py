"""Conversations and their turns: asked in jobs of their own, queued fairly, kept in SQLite."""
