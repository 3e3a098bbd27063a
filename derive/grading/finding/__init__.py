"""Which formulas of a text stand as its answer, and what they claim the answer to be."""
