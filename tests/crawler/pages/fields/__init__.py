"""Tests of `crawler.pages.fields`."""
