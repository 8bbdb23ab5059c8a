"""`python -m crawler` is `cmoney`."""

from __future__ import annotations

import sys

from crawler.cli.program import main

if __name__ == "__main__":
    sys.exit(main())
