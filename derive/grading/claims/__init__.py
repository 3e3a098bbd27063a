"""What a text says of its answer in a clause of any sentence: numbers that are put in, limits, trends, shapes, signs. Each is worked out of the required answer."""
