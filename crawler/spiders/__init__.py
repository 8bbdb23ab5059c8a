"""Spiders: they decide what to ask; crawler.pages reads what a page holds."""
