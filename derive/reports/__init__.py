"""What leaves the house: tables on a terminal, answer keys."""
