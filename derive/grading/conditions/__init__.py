"""Answers that are conditions: ranges, sets, when a program is bounded."""
