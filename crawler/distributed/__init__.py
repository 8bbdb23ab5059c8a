"""Several workers share one crawl: requests and rate go over Redis, the frontier in MongoDB decides.

The extra `distributed`; imported only where `DISTRIBUTED_REDIS_URL` is set.
"""
