"""What a crawl remembers: the frontier, its leases, runs, locks and backfills."""
