"""The HTTP interfaces for the page, for chat programs (OpenAI's API) and for MCP clients."""
