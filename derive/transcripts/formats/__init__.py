"""The formats of conversations, one reader a file; `derive.transcripts.sources` finds out which one a file is in."""
