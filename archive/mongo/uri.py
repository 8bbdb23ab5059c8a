"""Addresses of MongoDB: their parts, and their form without the password."""

from __future__ import annotations

import re

_WELL_FORMED = re.compile(
    r"""(?P<scheme>mongodb(?:\+srv)?)://
        (?:(?P<user>[^:@/?\#]+)(?::(?P<password>[^:@/?\#]*))?@)?
        (?P<hosts>[\w.%\[\]:,-]+)
        (?:/(?P<database>[^@/?\#]*))?
        (?:\?[^@]*)?""",
    re.VERBOSE,
)
_HIDDEN = "mongodb://…"

MALFORMED = (
    "not a well-formed address such as mongodb://user:password@host:27017/?replicaSet=rs0; "
    "the characters : / ? # [ ] @ in user or password have to be percent-encoded"
)
"""The fault of an address that `is_well_formed` rejects. Messages do not quote it: a password can end anywhere."""


def redacted(uri: str) -> str:
    """Return an address without password and options; a placeholder if it is not well formed.

    In such an address a password that is not percent-encoded can end anywhere.

    >>> redacted("mongodb://crawler:secret@db1:27017,db2/cmoney?replicaSet=rs0&tlsCertificateKeyFilePassword=secret")
    'mongodb://crawler:***@db1:27017,db2/cmoney'
    >>> redacted("mongodb://crawler:p@ss/word@db1")
    'mongodb://…'
    """
    match = is_well_formed(uri)
    if not match:
        return _HIDDEN
    user = f"{match['user']}{':***' if match['password'] is not None else ''}@" if match["user"] else ""
    database = f"/{match['database']}" if match["database"] else ""
    return f"{match['scheme']}://{user}{match['hosts']}{database}"


def is_well_formed(uri: str) -> re.Match[str] | None:
    """Return an address's parts; None if it is none, or has reserved characters that are not percent-encoded."""
    match = _WELL_FORMED.fullmatch(uri)
    return match if match and _ports_are_numbers(match["hosts"]) else None


def option_names(uri: str) -> frozenset[str]:
    """Return the names of the options that an address sets, in lower case.

    >>> sorted(option_names("mongodb://db1/?replicaSet=rs0&w=1"))
    ['replicaset', 'w']
    """
    _, _, query = uri.partition("?")
    return frozenset(part.partition("=")[0].lower() for part in re.split("[&;]", query) if part)


def has_no_tls(uri: str | None) -> bool:
    """Return whether a connection is certain to have no TLS; None is the embedded server's address.

    >>> has_no_tls("mongodb://db1/?replicaSet=rs0"), has_no_tls("mongodb://db1/?tls=true"), has_no_tls("mongodb+srv://a")
    (True, False, False)
    """
    options = option_names(uri or "")
    return not uri or (uri.startswith("mongodb://") and not any(name.startswith(("tls", "ssl")) for name in options))


def _ports_are_numbers(hosts: str) -> bool:
    names = (re.sub(r"^\[[^\]]*\]", "v6", host) for host in hosts.split(","))
    return all(re.fullmatch(r"[^:\[\]]+(:\d{1,5})?", name) for name in names)
