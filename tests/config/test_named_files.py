"""Certificates and keys that the configuration names: each has to be there before the daemon needs it."""

from pathlib import Path

import pytest

from gatekeeper.config import load
from gatekeeper.config.field_types import PEM
from gatekeeper.config.schema import entries
from gatekeeper.doctor import CheckStatus
from gatekeeper.doctor.named_files import named_files
from gatekeeper.site import SiteTree
from tests.install.image import gatekeeper

KEYS = sorted(entry.dotted for entry in entries() if PEM in entry.field.metadata)
NEEDS = {
    "hooks.NAME.ca": 'url = "https://crm.example.org/told"\nsecret = "whsec_MTIzNDU2Nzg5MDEyMzQ1Njc4OTAxMjM0"',
    "asterisk.NAME.tls_ca": 'tls = true\nhost = "127.0.0.1"',
    "sip_gate.trunks.NAME.tls_ca": 'carriers = ["sips:192.0.2.1"]',
}


def test_every_key_of_a_certificate_is_looked_at() -> None:
    """What is described as PEM is marked, and nothing else."""
    described = {entry.dotted for entry in entries() if "(PEM" in (entry.field.description or "")}
    assert set(KEYS) == described
    assert len(KEYS) >= 8


def written(folder: Path, key: str, path: Path) -> Path:
    """A configuration in which a key names a file."""
    section, _, name = key.replace("NAME", "one").rpartition(".")
    pair = {"certificate": "certificate_key", "certificate_key": "certificate"}.get(name)
    more = [NEEDS.get(key, "")]
    if pair:
        (folder / "pair.pem").write_text("-----BEGIN CERTIFICATE-----\n")
        more.append(f'{pair} = "{folder / "pair.pem"}"')
    file = folder / "gatekeeper.toml"
    file.write_text(f'[{section}]\n{name} = "{path}"\n' + "\n".join(more) + "\n")
    return file


@pytest.mark.parametrize("key", KEYS)
def test_a_file_that_is_not_there_fails(tmp_path: Path, key: str) -> None:
    """By its key, with the file and what to do; the same with what is no PEM, and a folder."""
    path = tmp_path / "named.pem"
    settings = load(written(tmp_path, key, path), {})

    def told() -> list[tuple[CheckStatus, str]]:
        return [(one.status, one.says.english + one.remedy.english) for one in named_files(settings, SiteTree())]

    for make in (lambda: None, lambda: path.write_bytes(b"\x30\x82"), lambda: (path.unlink(), path.mkdir())):
        make()
        ((status, text),) = told()
        assert status is CheckStatus.FAILED
        assert key.replace("NAME", "one") in text
        assert str(path) in text
    path.rmdir()
    path.write_text("-----BEGIN CERTIFICATE-----\n")
    assert told() == []


def test_config_check_fails_by_it(tmp_path: Path) -> None:
    """With exit code 2."""
    config = written(tmp_path, "alerts.smtp_ca", tmp_path / "named.pem")
    assert "alerts.smtp_ca" in gatekeeper("--config", config, "config", "check", "--root", tmp_path, code=2)
