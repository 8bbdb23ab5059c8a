"""Tests of `crawler.spiders`."""
