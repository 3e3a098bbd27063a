"""Where many answers are graded: worker processes of this machine, or a Ray cluster. Same grades, same order."""
