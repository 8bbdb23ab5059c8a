"""Tests of `crawler.distributed`."""
