"""Mathematics in words: a small grammar over words, numbers, declared letters and inline formulas, all of which must be consumed."""
