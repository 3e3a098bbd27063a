"""Doors to other frameworks, each imported by the framework that it is for (extras of the same names)."""
