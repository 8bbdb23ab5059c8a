"""Tests of `crawler.survey`."""
