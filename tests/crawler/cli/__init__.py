"""Tests of `crawler.cli`."""
