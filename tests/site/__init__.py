"""A stand-in for CMoney: a local site of made-up articles, in all the variety that is known of the real one.

In a test::

    with Site("js-listing", articles=20) as site:   # or start_site(…), and site.stop() at the end
        crawl(site.url)
        report = compare(site.truths(), documents)
        site.mode("chaos")                          # exactly these modes from now on; none without names
        key = site.plans()[0].key
        site.lie(key, "login-wall", answers=3); site.lie("every:2", "shortened"); site.heal()
        site.edit(key, append="…"); site.remove(key, 410); site.restore(key); site.publish(3)
        site.requests                               # every request: time, method, path, headers, status, key, fault

As a program: ``python -m tests.site --help``; what can be done at run time is below ``/_control/`` (`control`).
One host and port serves both sites, a second port (`site.forecast_url`) the third host. `README.md` beside this has
every mode and every lie in tables. The corpus is a function of the seed and its size (`Scale`); `truth` is computed
from how articles were written, never read off a page.
"""

from __future__ import annotations

from tests.site.compare import Report, compare
from tests.site.plans import Plan, Scale
from tests.site.standin import Asked, StandIn, Weight
from tests.site.threaded import Site, start_site
from tests.site.truth import Truth

__all__ = ["Asked", "Plan", "Report", "Scale", "Site", "StandIn", "Truth", "Weight", "compare", "start_site"]
