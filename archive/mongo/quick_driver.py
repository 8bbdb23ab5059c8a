"""A quicker start and end of MongoDB's driver, for commands.

Of the time of a command that lists a few articles, a third went into loading PyOpenSSL, and half a second into waiting
for sleeping threads of the driver. Programs that use the library get the driver as it is.
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
    """Load the driver without PyOpenSSL if there is no TLS, and let the process end at once afterwards.

    The driver uses PyOpenSSL if it is installed, as Scrapy does; without it, the standard library's TLS, which has no
    OCSP. Nothing changes for an address that may use TLS, or for a driver that is already loaded.

    Args:
        uri: Address of the only MongoDB that the process connects to; None for the embedded server, on loopback
            without TLS.
    """
    is_spared = has_no_tls(uri) and "pymongo" not in sys.modules
    if is_spared:
        sys.modules[_TLS_BY_PYOPENSSL] = None  # type: ignore[assignment]  # Python's mark of an absent module
    try:
        yield
    finally:
        if is_spared:
            sys.modules.pop(_TLS_BY_PYOPENSSL, None)
        # At exit the driver waits for its sleeping threads; they are daemons, and their clients are closed.
        wait = getattr(sys.modules.get("pymongo.synchronous.monitor"), "_shutdown_resources", None)
        if wait:
            atexit.unregister(wait)
