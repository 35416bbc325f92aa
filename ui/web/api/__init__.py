"""The routes: what a browser, a chat program or an MCP client asks over HTTP, checked, and what it gets."""
