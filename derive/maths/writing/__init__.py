"""The ways to write an expression: what they share, and one file each."""
