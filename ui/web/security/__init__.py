"""Who may speak to the server, how often and how much: sign-in, sessions, rate limits, response headers."""
