"""What stands beside an answer and makes it another, or speaks against it."""
