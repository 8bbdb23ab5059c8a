"""Tests of `archive.feed`."""
