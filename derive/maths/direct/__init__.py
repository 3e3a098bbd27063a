"""The direct lane: a plain formula straight to its normal form, without a tree.

Most answers are one plain formula in the symbols of the part. For those the road text -> tokens -> tree -> normal form, which is
made for everything people write, costs ten times what the mathematics does. Here a lean grammar reads a plain formula in one pass
and does its algebra while it reads. It is a subset of derive.maths.read by intention: whatever is undeclared, in words or not plainly
of the subset raises Beyond, and the full reader takes the text. Two ambiguities are read both ways, as there. What holds the two equal is
tests/test_direct.py and test_direct_drawn.py: on every bundled answer, and on generated and mutated ones, both come to the same verdict and, where both read, to the same value.
"""
