"""Tests of `archive.coverage.report`."""
