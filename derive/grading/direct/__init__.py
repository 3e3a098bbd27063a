"""The direct lane: a plain formula is read, brought to its normal form and decided in one pass."""
