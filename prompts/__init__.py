"""Prompt templates: resources only, read through assistant.answering.prompting."""
