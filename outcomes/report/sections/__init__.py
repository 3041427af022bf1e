"""Sections of a report, one per file."""
