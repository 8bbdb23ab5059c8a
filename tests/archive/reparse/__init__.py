"""Tests of `archive.reparse.job`."""
