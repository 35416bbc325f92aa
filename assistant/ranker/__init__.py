"""The cross-encoder: which sentence answers a question, and with which words."""
