"""A running `cmoney serve`, and pictures of its pages by a real Chromium."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

CHROMIUM = shutil.which("chromium")


@contextmanager
def served(environ: Mapping[str, str]) -> Iterator[str]:
    """Give the address of a server of the archive that an environment names."""
    program = [sys.executable, "-m", "crawler", "serve", "--port", "0"]
    process = subprocess.Popen(program, env=dict(environ), stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    try:
        yield process.stdout.readline().split()[-1].rstrip("/")
    finally:
        process.terminate()
        process.wait(30)
        process.stdout.close()


def photograph(url: str, path: Path, *, width: int, height: int, scheme: str) -> None:
    """Write a picture of a page as PNG.

    Args:
        url: The page.
        path: The picture.
        width: Of the window; CSS pixels.
        height: Likewise.
        scheme: `light` or `dark`.
    """
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser: Any = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        tab = browser.new_page(viewport={"width": width, "height": height}, color_scheme=scheme)
        tab.goto(url, wait_until="networkidle")
        tab.screenshot(path=str(path))
        browser.close()
