"""MongoDB's driver as a command wants it: loaded quickly, and not waited for when the command ends.

Of the time of a command that lists a few articles, a third went into loading PyOpenSSL, and half a second into waiting
for threads of the driver that sleep. A program that uses the library gets the driver as it is.
"""

from __future__ import annotations

import atexit
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from archive.mongo.uri import has_no_tls

_TLS_BY_PYOPENSSL = "pymongo.pyopenssl_context"


@contextmanager
def quick_driver(uri: str | None) -> Iterator[None]:
    """Let the driver be loaded without PyOpenSSL where there is no TLS, and the process end at once afterwards.

    The driver takes PyOpenSSL where it is installed, and Scrapy installs it; without, it would take the standard
    library's TLS, without OCSP. Nothing changes for an address that may have TLS, and for a driver already loaded.

    Args:
        uri: Address of the only MongoDB that the process connects to; None for the embedded server, on loopback
            without TLS.
    """
    is_spared = has_no_tls(uri) and "pymongo" not in sys.modules
    if is_spared:
        sys.modules[_TLS_BY_PYOPENSSL] = None  # type: ignore[assignment]  # as Python marks what is not there
    try:
        yield
    finally:
        if is_spared:
            sys.modules.pop(_TLS_BY_PYOPENSSL, None)
        # At exit the driver waits until its threads have slept out; they are daemons, and their clients are closed.
        wait = getattr(sys.modules.get("pymongo.synchronous.monitor"), "_shutdown_resources", None)
        if wait:
            atexit.unregister(wait)
