"""Formats of files that more than one floor reads."""
