"""Analyses: one file each, from a frozen specification to a frozen result."""
