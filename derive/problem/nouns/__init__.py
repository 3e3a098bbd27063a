"""What a statement is made of, one noun family a file."""
