"""Tests of the benchmarks: that they run, and what they write; never how fast anything is."""
