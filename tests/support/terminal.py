"""What a command shows to somebody who looks at it: its output on a real pseudo-terminal."""

from __future__ import annotations

import os
import pty
import subprocess
import sys
from collections.abc import Mapping, Sequence

from tests.support.crawling import ROOT


def on_a_terminal(words: Sequence[str], environ: Mapping[str, str], columns: int = 80, term: str = "dumb") -> str:
    """Return what `cmoney` with these words shows, and check that it ends well.

    Args:
        words: The command and its arguments.
        environ: The whole environment.
        columns: How wide the terminal is.
        term: Its kind: a dumb one has no colours.
    """
    wide = dict(environ) | {"COLUMNS": str(columns), "TERM": term}
    leader, follower = pty.openpty()
    process = subprocess.Popen([sys.executable, "-m", "crawler", *words], cwd=ROOT, env=wide, stdout=follower)
    os.close(follower)
    shown = b""
    try:
        while piece := os.read(leader, 65536):
            shown += piece
    except OSError:  # the end of a terminal
        pass
    finally:
        os.close(leader)
    assert process.wait() == 0, words
    return shown.decode()
