"""The driver as commands load it: without PyOpenSSL only where there is no TLS, and not waited for at exit."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.support.crawling import ROOT

LOADED = """
import atexit, sys
from archive.mongo.quick_driver import quick_driver
calls = []
with quick_driver({uri!r}):
    import pymongo
    from pymongo.synchronous import monitor
    from pymongo import ssl_support
unregister, atexit.unregister = atexit.unregister, calls.append
with quick_driver({uri!r}):
    pass
import pymongo.pyopenssl_context
print(ssl_support.HAVE_PYSSL, ssl_support.HAVE_SSL, [call.__module__ for call in calls])
"""


@pytest.mark.parametrize(
    ("uri", "has_pyopenssl"),
    [(None, False), ("mongodb://db/?tls=true", True)],
)
def test_the_driver_has_pyopenssl_for_an_address_with_tls(uri: str | None, has_pyopenssl: bool) -> None:
    ran = subprocess.run(
        [sys.executable, "-c", LOADED.format(uri=uri)], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert (ran.stdout, ran.stderr) == (f"{has_pyopenssl} True ['pymongo.synchronous.monitor']\n", "")
