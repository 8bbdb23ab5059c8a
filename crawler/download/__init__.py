"""Downloading: Scrapy's handlers with the body kept as it was received, and a browser where one is needed."""
