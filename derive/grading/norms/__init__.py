"""Answers that are norms, and what a text says of norms."""
