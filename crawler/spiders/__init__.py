"""Spiders: they decide what to ask; what a page holds is for crawler.pages to say."""
