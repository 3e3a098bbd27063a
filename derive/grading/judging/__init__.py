"""Judgement of one expression: a point by optimality, a value by its value, a condition by where it is true."""
