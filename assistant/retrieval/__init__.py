"""Hits of the search -> numbered sentences as evidence, without prompt injections and near-duplicates."""
