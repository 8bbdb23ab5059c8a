"""Tests of workers that share a crawl."""
