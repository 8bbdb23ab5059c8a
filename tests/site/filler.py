"""The weight of real pages: state blobs and scripts that hold nothing of interest."""

from __future__ import annotations

from functools import lru_cache

from tests.site.dice import die

WORDS = ("layout", "route", "theme", "abTest", "banner", "quote", "member", "widget", "slot", "cache", "locale")


@lru_cache(maxsize=8)
def blob(kilobytes: int) -> str:
    """Return a `window.__NUXT__` script of about so many thousand characters."""
    chance, parts, size = die("blob", kilobytes), [], 0
    while size < kilobytes * 1000:
        name = f"{chance.choice(WORDS)}{chance.randint(1, 9999)}"
        values = ",".join(str(chance.randint(0, 10**6)) for _ in range(8))
        parts.append(f'{name}:{{id:"{chance.getrandbits(64):016x}",on:{chance.choice("ab")},v:[{values}]}}')
        size += len(parts[-1]) + 1
    return "<script>window.__NUXT__=(function(a,b){return {" + ",".join(parts) + "}}(true,false));</script>"


@lru_cache(maxsize=8)
def styles(kilobytes: int) -> str:
    """Return a style sheet of about so many thousand characters."""
    chance = die("styles", kilobytes)
    rules = (f".u-{chance.getrandbits(32):x}{{margin:{chance.randint(0, 40)}px}}" for _ in range(kilobytes * 37))
    return "<style>" + "".join(rules) + "</style>"
