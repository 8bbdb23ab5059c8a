"""Tests of `archive.articles`."""
