"""Replies of several paragraphs: the part that a reply marks as its answer, and what stands before and behind it."""
