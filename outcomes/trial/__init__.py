"""Trials: declared designs with validated data."""
