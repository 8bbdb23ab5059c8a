"""Tests of `archive.crawl_state`."""
