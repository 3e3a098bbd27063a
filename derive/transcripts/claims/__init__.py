"""Claims: every mathematical statement that a model makes in a conversation, judged in worlds."""
