"""Errors of the command line: a line for people, an exit code for scripts, no number, no traceback."""

import sqlite3
import subprocess
import sys
from collections.abc import Callable
from typing import Any

import pytest

from gatekeeper.cli import app


def test_a_usage_error_names_what_was_probably_meant(command: Callable[[list[str]], Any]) -> None:
    """A command or an option that does not exist gives exit code 2 and names the one that was probably meant."""
    wrong = command(["chekc", "0612345678"])
    assert wrong.code == 2
    assert "check" in wrong.err
    assert command(["check"]).code == 2
    assert command(["check", "0612345678", "--explian"]).code == 2


def test_a_damaged_database_is_told(site: Any) -> None:
    """A database that is none is an error with a remedy and no traceback."""
    (site.data / "lists.sqlite3").write_bytes(b"not a database at all, but long enough to be read as one" * 100)
    for words in (["list", "status"], ["list", "add", "red", "0612345678"], ["check", "0612345678"]):
        result = site.run(*words)
        assert result.code == 2
        assert "lists.sqlite3" in result.err
        assert "Traceback" not in result.err
        assert len(result.err.splitlines()) == 1


def test_a_locked_database_is_told(site: Any) -> None:
    """Somebody who holds the database makes `add` fail with a reason, rather than wait for ever."""
    holder = sqlite3.connect(site.data / "lists.sqlite3", isolation_level=None)
    try:
        holder.execute("BEGIN IMMEDIATE")
        result = site.run("list", "add", "red", "0612345678")
    finally:
        holder.close()
    assert result.code == 2
    assert "locked" in result.err
    assert "612345678" not in result.err


def test_a_bug_exits_with_2_and_shows_no_data(
    command: Callable[[list[str]], Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A bug exits with 2, so that it can't be taken for a verdict, and does not show what the error holds."""

    def fail(arguments: list[str], **_keywords: object) -> None:
        raise ValueError(arguments[1])

    monkeypatch.setattr(app, "command", lambda: fail)
    result = command(["check", "0612345678"])
    assert result.code == 2
    assert "a fault of Gatekeeper itself (ValueError)" in result.err
    assert "0612345678" not in result.err


def test_help_needs_little() -> None:
    """Help and version answer without reading settings or loading the stores."""
    code = (
        "import sys\n"
        "from gatekeeper.cli.app import main\n"
        "try:\n    main(['--help'])\nexcept SystemExit:\n    pass\n"
        "heavy = {'sqlalchemy', 'numpy', 'pydantic_settings', 'alembic', 'panoramisk'} & set(sys.modules)\n"
        "sys.exit(f'loaded: {heavy}' if heavy else 0)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 0, done.stderr
