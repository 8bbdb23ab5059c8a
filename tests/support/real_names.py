"""The stand-in under the real hosts' names: https on loopback, in a network of its own that reaches nothing else.

`python -m tests.support.real_names FOLDER COMMAND...` serves it, runs the command with it, and ends as the command did.
It has to be started by `unshare`, which `in_own_network` does.
"""

from __future__ import annotations

import asyncio
import fcntl
import os
import socket
import ssl
import struct
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

from aiohttp import web
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tests.site.plans import Scale
from tests.site.server import application
from tests.site.standin import StandIn

NAMES = ("cmnews.com.tw", "www.cmoney.tw", "www.forecastock.tw")
UNSHARE = ("unshare", "--map-root-user", "--mount", "--net")
ROOT = Path(__file__).resolve().parents[2]
ARTICLES = 24
UP = 0x8914, 0x1
"""The request that sets an interface's flags, and the flag of one that is up."""


def can_have_own_network() -> bool:
    """Return whether this machine lets a process have a network of its own."""
    return subprocess.run([*UNSHARE, "true"], capture_output=True, check=False).returncode == 0


def in_own_network(
    folder: Path, command: Sequence[str], environ: Mapping[str, str]
) -> subprocess.CompletedProcess[str]:
    """Run a command where the real hosts' names are the stand-in's; its certificates lie in the folder."""
    words = [*UNSHARE, sys.executable, "-m", "tests.support.real_names", str(folder), *command]
    return subprocess.run(words, cwd=ROOT, env=dict(environ), capture_output=True, text=True, timeout=150, check=False)


def certificate(folder: Path) -> tuple[Path, Path]:
    """Write a certificate for the hosts' names that signs itself, and its key; return where they are."""
    key, now = ec.generate_private_key(ec.SECP256R1()), datetime.now(UTC)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, NAMES[0])])
    builder = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    builder = builder.serial_number(x509.random_serial_number())
    builder = builder.not_valid_before(now - timedelta(days=1)).not_valid_after(now + timedelta(days=1))
    builder = builder.add_extension(x509.SubjectAlternativeName([x509.DNSName(host) for host in NAMES]), critical=False)
    builder = builder.add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
    signed, form = builder.sign(key, hashes.SHA256()), serialization.Encoding.PEM
    files = folder / "certificate.pem", folder / "key.pem"
    files[0].write_bytes(signed.public_bytes(form))
    plain = serialization.NoEncryption()
    files[1].write_bytes(key.private_bytes(form, serialization.PrivateFormat.PKCS8, plain))
    return files


def name_loopback(folder: Path) -> None:
    """Bring loopback up, and let the hosts' names stand for it."""
    request, flag = UP
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        fcntl.ioctl(any_socket, request, struct.pack("16sh", b"lo", flag))
    hosts = folder / "hosts"
    hosts.write_text(f"127.0.0.1 localhost {socket.gethostname()} {' '.join(NAMES)}\n", encoding="utf-8")
    subprocess.run(["mount", "--bind", str(hosts), "/etc/hosts"], check=True)


async def serve(context: ssl.SSLContext) -> None:
    """Serve the stand-in on the port of https, as long as the process lives."""
    runner = web.AppRunner(application(StandIn(Scale(articles=ARTICLES))), access_log=None, handle_signals=False)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 443, ssl_context=context).start()
    await asyncio.Event().wait()


def main() -> int:
    """Serve the stand-in, run the command, and return its exit status."""
    folder, *command = sys.argv[1:]
    name_loopback(Path(folder))
    public, private = certificate(Path(folder))
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(public, private)
    threading.Thread(target=lambda: asyncio.run(serve(context)), daemon=True).start()
    environ = os.environ | {"SSL_CERT_FILE": str(public), "PYTHONPATH": str(ROOT)}
    return subprocess.run(command, cwd=folder, env=environ, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
