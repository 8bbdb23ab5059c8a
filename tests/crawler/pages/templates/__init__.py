"""Tests of `crawler.pages.templates`."""
