"""Tests of `crawler.pages.listings.html_listing`."""
