"""Readers: the only rooms that open study data."""
