"""The chat page, its server, and the interfaces for other programs."""
