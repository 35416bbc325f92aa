"""Measuring answers: questions in, metrics with intervals out, a report, a comparison, a gate.

No model judges: every metric is a rule, and its docstring is its definition.
"""
