"""Tests of `archive.pages`."""
