"""Tests of the lists, the notations, the names and the proofs of symbols."""
