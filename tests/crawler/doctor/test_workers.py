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
        (findings,) = examine(settings)
        assert (findings.subject, findings.state) == ("Redis", "well")
        with redis.client() as client:
            client.config_set("maxmemory-policy", "allkeys-lru")
        (findings,) = examine(settings)
        assert findings.state == "doubtful"
        assert "allkeys-lru" in findings.says
        (refused,) = examine({"DISTRIBUTED_REDIS_URL": redis.url.replace("pass-", "wrong-")})
        assert refused.state == "wrong"
        assert "wrong-" not in refused.says
    (away,) = examine(settings)
    assert away.state == "wrong"
    assert "pass-of" not in away.says
    assert away.cure


@pytest.mark.parametrize("url", ["127.0.0.1:6379", "http://127.0.0.1"])
def test_what_is_no_address_of_a_redis_is_wrong_usage_and_not_shown(url: str) -> None:

    with pytest.raises(WrongUsage, match="DISTRIBUTED_REDIS_URL") as raised:
        list(examine({"DISTRIBUTED_REDIS_URL": url}))
    assert url not in str(raised.value)
