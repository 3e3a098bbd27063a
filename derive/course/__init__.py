"""A course: submissions, who handed them in, the answers in them, their marks, and what becomes of the marks."""
