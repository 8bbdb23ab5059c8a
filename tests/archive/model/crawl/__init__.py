"""Tests of `archive.model.crawl`."""
