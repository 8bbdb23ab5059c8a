"""What a crawl works with: addresses, outcomes, runs and backfills, as values."""
