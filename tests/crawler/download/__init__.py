"""Tests of `crawler.download`."""
