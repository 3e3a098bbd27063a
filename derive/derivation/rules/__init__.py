"""The rules, in the order in which they are tried. A rule that is not in RULES does not exist."""
