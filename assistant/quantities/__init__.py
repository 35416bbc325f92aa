"""Quantities in text: numbers with their bound and unit, dates, and which event a figure counts."""
