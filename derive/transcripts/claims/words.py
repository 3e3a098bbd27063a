"""Words that several readers of prose look for, as alternatives for their patterns."""

MESSAGES = r"(?:messages?|sends?|transfers?)"
NUMBERS = r"(?:numbers?|parameters?|params?|floats?|values?|elements?|entries|scalars?)"
TOTAL = r"(?:in total|total|altogether|all together|in all(?!-)|overall)"
LEAST_NORM = r"\bmin(?:imum|imal|imi[sz]\w*)\b[^.!?]{0,60}?\bnorm\b"  # 'minimises the L2 norm', 'minimum norm'
