"""Data of the search, with its provenance in the README beside it."""
