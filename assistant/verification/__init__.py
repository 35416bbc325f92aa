"""A statement against the sentences it cites -> a verdict, whoever wrote the statement."""
