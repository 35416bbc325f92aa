"""Chosen or verified statements -> Answer: citations, conflicting figures, provenance, grounding."""
