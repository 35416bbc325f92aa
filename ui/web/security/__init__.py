"""Sign-in, sessions, rate limits and response headers: who may use the server, and how much."""
