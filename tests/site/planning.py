"""Plans a whole corpus: the imported articles first, then those of its days."""

from __future__ import annotations

from tests.site.dice import deal
from tests.site.imports import plan_imports
from tests.site.moments import spread
from tests.site.plans import Plan, Scale, gap, nid_at, plan_one


def plan_all(scale: Scale) -> list[Plan]:
    """Return the plans of a whole corpus, oldest first. The work is some 30 µs an article."""
    moments = spread(scale.seed, scale.articles * 2, scale.span, scale.newest)
    nid = nid_at(moments[0])
    plans = plan_imports(scale.seed, scale.imported, nid, moments[0])
    ordinals = [scale.imported, 0]
    for index, moment in enumerate(moments, scale.imported):
        nid += gap(scale.seed, index)
        kind = deal((0, 1), index, scale.seed, "kind")
        plans.append(plan_one(scale, index, ordinals[kind], moment, nid, sister=bool(kind)))
        ordinals[kind] += 1
    return plans
