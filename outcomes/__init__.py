"""Outcome analysis for trials of integrative pain management against medication-only care."""
