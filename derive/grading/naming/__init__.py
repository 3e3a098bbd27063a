"""Optimizers named in words: which names a text asserts, as which rule, and what it says of their step."""
