"""The command line explains itself, and its documentation is complete."""

import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer

from gatekeeper.cli.app import command as whole_command
from gatekeeper.journal import DecisionRow
from gatekeeper.policy import Reason, info_of

DOCS = Path(__file__).parents[2] / "docs"
EXAMPLE = re.compile(r"^ +(.*\bgatekeeper .*)$", re.MULTILINE)


def commands(group: Any = None, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    """Every command by the words that call it."""
    group = group or whole_command()
    for name, command in group.commands.items():
        if hasattr(command, "commands"):
            yield from commands(command, (*path, name))
        else:
            yield (*path, name), command


COMMANDS = dict(commands())


def options(command: Any) -> set[str]:
    """The options of a command, but for its help."""
    found = {text for one in command.params for text in (*one.opts, *one.secondary_opts) if text.startswith("-")}
    return found - {"--help", "-h"}


def section(path: tuple[str, ...]) -> str:
    """What docs/cli.md says of a command."""
    text = (DOCS / "cli.md").read_text(encoding="utf-8")
    match = re.search(rf"^## `gatekeeper {' '.join(path)}`\n(.*?)(?=^## |\Z)", text, re.MULTILINE | re.DOTALL)
    assert match, f"docs/cli.md has no section on {' '.join(path)}"
    return match[1]


def test_all_commands_are_there() -> None:
    """The commands are those that were promised."""
    assert {" ".join(path) for path in COMMANDS} == {
        *(
            "serve",
            "init",
            "doctor",
            "files",
            "doctor",
            "install",
            "uninstall",
            "check",
            "scrub",
            "query",
            "log",
            "refuse",
            "alerts test",
            "hooks test",
            "reasons",
            "version",
            "backup",
            "restore",
            "config check",
            "config show",
        ),
        *("config emergency", "bloctel deposit", "bloctel return"),
        *("list import", "list formats", "list add", "list remove", "list show", "list status"),
        *("list versions", "list diff", "list rollback", "list changes"),
        *("consent import", "consent add", "consent withdraw", "consent text add", "consent show", "consent status"),
        *("consent proof", "law show", "law diff", "law switches", "law trades", "shadow report", "sip-gate check"),
        *("stats", "top", "journal archive", "journal size"),
        *("desk", "user add", "user list", "user password", "user role", "user end", "user readmit", "user unlock"),
        *("user codes-off", "key add", "key list", "key end", "hooks test"),
    }


@pytest.mark.parametrize("path", COMMANDS, ids=" ".join)
def test_help_asks_no_value_of_a_flag(path: tuple[str, ...], capsys: pytest.CaptureFixture[str]) -> None:
    """Nothing stands behind an option that takes none, `--help` included."""
    COMMANDS[path].get_help(typer.Context(COMMANDS[path], info_name=path[-1]))
    shown = capsys.readouterr().out
    assert "--help" in shown
    assert "bool" not in shown


@pytest.mark.parametrize("path", COMMANDS, ids=" ".join)
def test_help_has_an_example(path: tuple[str, ...]) -> None:
    """The help of every command has an example that the command line understands, of that very command."""
    command = COMMANDS[path]
    examples = EXAMPLE.findall(command.help)
    assert examples
    for example in examples:
        words = shlex.split(example.partition("gatekeeper ")[2].partition(" > ")[0].partition(" < ")[0])
        if words[0] == "--config":
            words = words[2:]
        assert tuple(words[: len(path)]) == path, example
        # Parses the options; the values are the command's own to judge.
        command.make_context("gatekeeper", words[len(path) :], resilient_parsing=False)


@pytest.mark.parametrize("path", COMMANDS, ids=" ".join)
def test_every_option_explains_itself(path: tuple[str, ...]) -> None:
    """No argument and no option is without help."""
    silent = [one.name for one in COMMANDS[path].params if not getattr(one, "help", "")]
    assert silent == []


def test_the_table_leads_to_every_command() -> None:
    """The table at the head of docs/cli.md names each command once, and none that there is not."""
    head = (DOCS / "cli.md").read_text(encoding="utf-8").partition("\n## ")[0]
    named = re.findall(r"\[`([a-z -]+)`\]\(#gatekeeper-([a-z-]+)\)", head)
    assert sorted(name for name, _ in named) == sorted(" ".join(path) for path in COMMANDS)
    assert [to for _, to in named] == [name.replace(" ", "-") for name, _ in named]


@pytest.mark.parametrize("path", COMMANDS, ids=" ".join)
def test_the_page_has_every_option(path: tuple[str, ...]) -> None:
    """docs/cli.md names every option of every command, and none that does not exist."""
    table = "\n".join(line for line in section(path).splitlines() if line.startswith("| `-"))
    named = set(re.findall(r"`(--?[a-z][a-z0-9-]*)", table))
    assert named == options(COMMANDS[path])


@pytest.mark.parametrize(("page", "french"), [("compliance-log.md", False), ("fr/journal.md", True)])
def test_the_pages_for_compliance_staff_have_every_reason_and_column(page: str, french: bool) -> None:
    """Both pages have every reason code with its own sentence, and every column of the log."""
    lines = (DOCS / page).read_text(encoding="utf-8").splitlines()
    for reason in Reason:
        info = info_of(reason)
        (line,) = [line for line in lines if line.startswith(f"| `{reason}` ")]
        assert f"| {info.french if french else info.english} |" in line
    columns = {
        name for line in lines if line.startswith("| `") for name in re.findall(r"`([a-z_]+)`", line.split("|")[1])
    }
    assert set(DecisionRow._fields) <= columns
