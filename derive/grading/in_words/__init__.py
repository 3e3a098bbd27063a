"""Values that words tell of formulas: the median of, the sum over the positive entries of, the solution of."""
