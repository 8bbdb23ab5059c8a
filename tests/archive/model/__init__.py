"""Tests of `archive.model`."""
