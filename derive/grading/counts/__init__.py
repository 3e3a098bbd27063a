"""Answers that count: messages, sizes, parameters, operations."""
