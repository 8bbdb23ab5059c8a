"""The body of an article as blocks of text."""
