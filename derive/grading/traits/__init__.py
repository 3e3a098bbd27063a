"""Properties that a text says its answer has, each worked out for the required answer: which entries move, how it grows, what it is parallel to."""
