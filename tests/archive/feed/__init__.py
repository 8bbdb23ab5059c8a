"""Tests of `archive.feed.reader`."""
