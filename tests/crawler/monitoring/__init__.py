"""Tests of `crawler.monitoring`."""
