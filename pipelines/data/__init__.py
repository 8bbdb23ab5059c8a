"""Data of the stages, each file with its provenance in the README beside it."""
