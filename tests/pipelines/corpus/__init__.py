"""Labelled sentences: which symbols a reader would take from them."""
