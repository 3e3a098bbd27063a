"""One command of the command line a file; derive.cli opens them by name."""
