"""How a text is set, brought to the forms that the readers know: signs, markup, notations, languages, shorthand; and its pieces."""
