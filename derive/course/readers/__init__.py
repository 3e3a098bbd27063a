"""One reader a format: bytes -> Document. A reader never runs what it reads, and says what it left out."""
