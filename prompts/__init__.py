"""Prompt templates: resources only, read through assistant.prompting."""
