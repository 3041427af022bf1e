"""Figures: from tidy frames to matplotlib axes, and from those to stable SVG."""
