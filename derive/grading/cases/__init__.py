"""Answers in pieces: entry by entry, by cases, in lists and tables of entries."""
