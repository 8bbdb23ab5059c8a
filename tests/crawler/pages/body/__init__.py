"""Tests of `crawler.pages.body.block_reader`."""
