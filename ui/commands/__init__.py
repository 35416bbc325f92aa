"""One module for each group of commands: what its flags mean, and what it calls and prints."""
