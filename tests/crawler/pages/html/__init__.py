"""Tests of `crawler.pages.html`."""
