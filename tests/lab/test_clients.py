"""What a machine cannot give is said in one line: the real npm, and registries that it cannot use."""

import os
import shutil
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path

import pytest

import lab.__main__
from lab import clients
from lab.errors import LabError
from lab.ports import free_port
from tests.certificates import self_signed

pytestmark = pytest.mark.skipif(
    not (shutil.which("npm") and shutil.which("node")) and "CI" not in os.environ,
    reason="no npm on PATH",
)


@pytest.fixture
def untrusted(tmp_path: Path) -> Iterator[str]:
    """A registry whose certificate nobody trusts."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(*self_signed(tmp_path))
    with closing(socket.create_server(("127.0.0.1", 0))) as listening:

        def serve() -> None:
            with suppress(OSError):
                while True:
                    peer, _ = listening.accept()
                    with suppress(OSError), context.wrap_socket(peer, server_side=True):
                        pass

        threading.Thread(target=serve, daemon=True).start()
        yield f"https://127.0.0.1:{listening.getsockname()[1]}/"
        listening.shutdown(socket.SHUT_RDWR)


def test_a_registry_that_is_not_trusted(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, untrusted: str) -> None:
    """One line names the package, the reason and what to set; npm's own ten are not repeated."""
    monkeypatch.setenv("GATEKEEPER_LAB_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("npm_config_registry", untrusted)
    with pytest.raises(LabError) as failed:
        clients.node_client()
    said = str(failed.value)
    assert said.startswith("npm could not fetch asterisk-manager 0.2.0: self-signed certificate")
    assert said.endswith("NODE_EXTRA_CA_CERTS")
    assert "\n" not in said


def test_fetching_goes_on_without(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A registry out of reach costs one line of `python -m lab fetch`, and seconds."""
    monkeypatch.setenv("npm_config_registry", f"http://127.0.0.1:{free_port()}/")

    def node_client() -> tuple[list[str], dict[str, str]]:
        with monkeypatch.context() as patch:
            patch.setenv("GATEKEEPER_LAB_CACHE", str(tmp_path))
            return clients.node_client()

    monkeypatch.setattr(lab.__main__, "node_client", node_client)
    assert lab.__main__.main(["fetch"]) == 0
    (told,) = [line for line in capsys.readouterr().err.splitlines() if "could not" in line]
    assert "connect ECONNREFUSED" in told
    assert told.endswith("the tests with it are passed over (in CI they fail)")


def test_the_machines_own_certificates_are_trusted(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """As apt and pip do it; what the user has set comes first."""
    npm = tmp_path / "npm"
    npm.write_text('#!/bin/sh\necho "npm error code X"\necho "npm error $NODE_EXTRA_CA_CERTS" >&2\nexit 1\n')
    npm.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    monkeypatch.setenv("GATEKEEPER_LAB_CACHE", str(tmp_path / "cache"))
    certificates = tmp_path / "machine.pem"
    certificates.touch()
    monkeypatch.setattr(clients, "_CERTIFICATES", certificates)
    monkeypatch.delenv("NODE_EXTRA_CA_CERTS", raising=False)
    with pytest.raises(LabError, match=str(certificates)):
        clients.node_client()
    monkeypatch.setenv("NODE_EXTRA_CA_CERTS", "/of/the/user")
    with pytest.raises(LabError, match=r": /of/the/user$"):
        clients.node_client()
