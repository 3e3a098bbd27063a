"""What a text says beside its answer, in sentences and clauses that are about something else, and whether it is true."""
