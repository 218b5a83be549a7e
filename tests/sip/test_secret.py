"""The SIP gate's key: made once, kept, and nobody else's to read."""

import logging
from pathlib import Path

import pytest

from gatekeeper.sip.secret import SECRET_FILE, read_secret


def test_it_is_made_once_and_kept(tmp_path: Path) -> None:
    """The same for the next daemon; another site has another one; only the daemon's user can read it."""
    made = read_secret(tmp_path)
    assert len(made) == 32
    assert read_secret(tmp_path) == made
    assert (tmp_path / SECRET_FILE).stat().st_mode & 0o777 == 0o600
    (other := tmp_path / "other").mkdir()
    assert read_secret(other) != made


@pytest.mark.parametrize("broken", [b"", b"short", b"x" * 33])
def test_one_that_is_broken_is_made_anew(tmp_path: Path, broken: bytes) -> None:
    """A file that was cut short is no key."""
    (tmp_path / SECRET_FILE).write_bytes(broken)
    made = read_secret(tmp_path)
    assert len(made) == 32
    assert read_secret(tmp_path) == made


def test_where_it_cannot_be_kept_there_is_one_for_this_run(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """The gate works, and the log says what is lost at a restart."""
    with caplog.at_level(logging.WARNING):
        assert len(read_secret(tmp_path / "not there")) == 32
    assert "calls that ring at a restart will be lost" in caplog.text
