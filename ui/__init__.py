"""The surfaces: the command line now, the chat page later; the only place that builds objects."""
