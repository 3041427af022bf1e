"""Sections of a report, one per file: each takes a trial and a result and gives a `Block`."""
