"""What the mistake behind a wrong answer is: searched in float64, decided in exact worlds, never by spelling.

diagnose: the search; sample: an answer beside the key; factors, entries, variants, optimum, conditions:
one family of mistakes each; siblings: other problems of the set; credit: what a mistake is worth.
"""
