"""Tests of `benchmarks.tests`."""
