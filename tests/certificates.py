"""Certificates for the tests of TLS, by the machine's own openssl."""

import subprocess
from pathlib import Path
from typing import NamedTuple


class Certificate(NamedTuple):
    """The files of a certificate, which is its own authority."""

    certificate: Path
    key: Path


def self_signed(folder: Path, name: str = "certificate") -> Certificate:
    """A certificate for 127.0.0.1 and its key, in a folder."""
    made = Certificate(folder / f"{name}.pem", folder / f"{name}-key.pem")
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
         "-keyout", made.key, "-out", made.certificate, "-subj", "/CN=127.0.0.1",
         "-addext", "subjectAltName=IP:127.0.0.1"],
        check=True,
        capture_output=True,
    )  # fmt: skip
    return made
