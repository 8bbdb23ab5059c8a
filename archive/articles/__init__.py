"""The write path: from an outcome of a crawl to one transaction on what is kept."""
