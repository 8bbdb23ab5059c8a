"""What the doctor finds of the Redis that workers share."""

from __future__ import annotations

import pytest

from crawler.doctor.workers import examine
from crawler.errors import WrongUsage
from tests.support.redis_server import needs_redis, serving_redis


def test_a_run_that_is_alone_needs_none() -> None:
    assert list(examine({})) == []


@needs_redis
def test_a_redis_is_well_doubtful_or_wrong() -> None:
    with serving_redis("pass-of-the-queue") as redis:
        settings = {"DISTRIBUTED_REDIS_URL": redis.url}
        (found,) = examine(settings)
        assert (found.subject, found.state) == ("Redis", "well")
        with redis.client() as client:
            client.config_set("maxmemory-policy", "allkeys-lru")
        (found,) = examine(settings)
        assert found.state == "doubtful"
        assert "allkeys-lru" in found.says
        (refused,) = examine({"DISTRIBUTED_REDIS_URL": redis.url.replace("pass-", "wrong-")})
        assert refused.state == "wrong"
        assert "wrong-" not in refused.says
    (away,) = examine(settings)
    assert away.state == "wrong"
    assert "pass-of" not in away.says
    assert away.cure


@pytest.mark.parametrize("url", ["127.0.0.1:6379", "http://127.0.0.1"])
def test_what_is_no_address_of_a_redis_is_wrong_usage_and_not_shown(url: str) -> None:

    with pytest.raises(WrongUsage, match="DISTRIBUTED_REDIS_URL") as told:
        list(examine({"DISTRIBUTED_REDIS_URL": url}))
    assert url not in str(told.value)
