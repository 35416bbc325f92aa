"""A file in one of the known formats -> articles: one module a format, one table of formats."""
