"""Answers that are tables: cells, heads, footnotes, and tables that prose tells."""
