"""Help pages and usage errors are in the language of who asks, all of them."""

import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from typing import Any, Final

import pytest
import typer

from gatekeeper.cli.app import command as whole_command
from gatekeeper.cli.app import globals_first
from gatekeeper.cli.helppage import LOCALES, told
from gatekeeper.cli.language import asked_for
from gatekeeper.policy import DialMode
from gatekeeper.translation import read_french, speaking
from gatekeeper.words import NARROW, Language
from tests.cli.conftest import Result
from tests.cli.test_documentation import COMMANDS

Run = Callable[[list[str]], Result]

WHOLE: Final = whole_command()
FRENCH: Final = read_french(LOCALES).messages
ENGLISH: Final = re.compile(
    r"\b(the|of|is|are|was|with|which|what|this|that|and|or|from|Usage|Commands|required|message|exit)\b|\[default"
)
"""What no French page has, Typer's own words among it."""


def every(command: Any = WHOLE, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    """Every command and every group."""
    yield path, command
    for name, one in getattr(command, "commands", {}).items():
        yield from every(one, (*path, name))


PAGES: Final = dict(every())


def said_by(command: Any) -> Iterator[str]:
    """The texts of a page: paragraphs that are not examples, options, values and headings."""
    yield from (one for one in command.help.split("\n\n") if not one.startswith(" "))
    yield command.options_metavar
    yield getattr(command, "subcommand_metavar", "") or ""
    for one in command.get_params(typer.Context(command)):
        yield from (one.help, one.metavar or "", one.rich_help_panel or "")


def test_every_text_of_help_has_its_french() -> None:
    """And nothing is translated that is no longer said."""
    texts = {text for one in PAGES.values() for text in said_by(one)} - {""}
    assert texts - set(FRENCH) == set()
    assert set(FRENCH) - texts == set()


@pytest.mark.parametrize("path", PAGES, ids=lambda path: " ".join(path) or "gatekeeper")
def test_a_page_of_help_is_french(path: tuple[str, ...], monkeypatch: pytest.MonkeyPatch, command: Run) -> None:
    """Headings, values and defaults too; what stands in brackets is there, and no line begins with a lone sign."""
    monkeypatch.setenv("COLUMNS", "100")
    page = command([*path, "--help", "--lang", "fr"]).out
    assert page.lstrip().startswith(f"Utilisation{NARROW}: gatekeeper")
    plain = re.sub(r"(?m)^ +(?:zcat .*)?gatekeeper .*$|<[^>]+>|`[^`]*`|--?[a-z][a-z-]*|«[^»]*»", " ", page)
    assert [line for line in plain.splitlines() if ENGLISH.search(line)] == []
    assert re.findall(r"(?m)^[ │]*[;:?!»]", page) == []
    for table in re.findall(r"\[[a-z_]+(?:\.[A-Z]+)?\]", PAGES[path].help):
        assert table in page


@pytest.mark.parametrize("path", [("config", "emergency"), (), ("scrub",)], ids=str)
def test_a_table_of_the_configuration_is_no_markup(path: tuple[str, ...], command: Run) -> None:
    """`[phone]` is shown in English, too."""
    page = command([*path, "--help"]).out
    for table in re.findall(r"\[[a-z_]+(?:\.[A-Z]+)?\]", PAGES[path].help):
        assert table in page


def test_what_a_shell_completes_is_explained_in_french() -> None:
    """Names of commands, and options."""
    with speaking(Language.FR):
        context = typer.Context(WHOLE, info_name="gatekeeper")
        names = {one.value: one.help for one in WHOLE.shell_complete(context, "che")}
        assert names["check"].startswith("Dire si un numéro")
        check = COMMANDS[("check",)]
        found = {one.value: one.help for one in check.shell_complete(typer.Context(check), "--camp")}
    assert found == {"--campaign": "La campagne dont l’appel fait partie."}


ERRORS: Final = (
    ("chek", "il n’y a pas de commande « chek » ; vouliez-vous dire « check » ?"),
    ("zzzz", "il n’y a pas de commande « zzzz »"),
    ("check", "il manque l’argument « NUMÉRO »"),
    ("check 1 2", "des arguments de trop : 2"),
    ("check 1 --dial-mode x", "valeur incorrecte pour « --dial-mode » : « x » n’est pas parmi {modes}"),
    ("backup x --kep 3", "il n’y a pas d’option --kep (options possibles : --help, --keep)"),
    ("check 1 --zzzzzzzz", "il n’y a pas d’option --zzzzzzzz"),
    ("check 1 --campaign", "l’option « --campaign » demande une valeur"),
    ("check 1 --json=1", "l’option « --json » ne prend pas de valeur"),
    ("backup x --keep -3", "valeur incorrecte pour « --keep » : le nombre doit être supérieur ou égal à 0"),
    ("scrub x --batch 100001", "valeur incorrecte pour « --batch » : le nombre doit être inférieur ou égal à 100000"),
    ("list diff a 1 x", "valeur incorrecte pour « NOUVELLE » : ce n’est pas un nombre entier"),
    ("list import a b --reject-limit x", "valeur incorrecte pour « --reject-limit » : ce n’est pas un nombre"),
    ("key add crm", "il manque l’option « --scope »"),
    ("user role anna", "il manque l’argument « RÔLE » ; au choix : reader, officer, admin"),
    ("--lang de", "valeur incorrecte pour « --lang » : « de » n’est pas parmi « en », « fr »"),
)  # fmt: skip


@pytest.mark.parametrize(("line", "french"), ERRORS)
def test_a_usage_error_is_french(line: str, french: str, monkeypatch: pytest.MonkeyPatch, command: Run) -> None:
    """One line says what is wrong, whatever there is to say of it; before it stands how the command is used."""
    monkeypatch.setenv("LC_ALL", "fr_FR.UTF-8")
    done = command(line.split())
    *usage, last = done.err.replace(NARROW, " ").splitlines()
    modes = ", ".join(f"« {one} »" for one in DialMode)
    assert (done.code, done.out, last) == (2, "", f"gatekeeper: {french.format(modes=modes)}")
    assert all(one.startswith(("Utilisation : ", " ", "`gatekeeper")) for one in usage)


@pytest.mark.parametrize(("line", "french"), ERRORS)
def test_a_usage_error_is_english_elsewhere(line: str, french: str, command: Run) -> None:
    """In Typer's own words, on one line."""
    done = command(line.split())
    assert done.code == 2
    last = done.err.splitlines()[-1]
    assert last.startswith("gatekeeper: ")
    assert last != f"gatekeeper: {french}"
    assert not re.search(r"[éèà«»│]", done.err)


@pytest.mark.parametrize("path", COMMANDS, ids=" ".join)
@pytest.mark.parametrize("said", [("--lang", "fr"), ("--lang=fr",)])
def test_every_command_takes_the_language(path: tuple[str, ...], said: tuple[str, ...]) -> None:
    """Before its name and behind it, though its own help may not name the option."""
    assert globals_first([*path, *said, "x"]) == [*said, *path, "x"]
    assert asked_for([*path, *said, "x"]) is Language.FR
    assert globals_first([*path, "--", *said]) == [*path, "--", *said]
    assert asked_for([*path, "--", *said]) is None


@pytest.mark.parametrize("arguments", [[], ["--lang"], ["--lang", "de"], ["--langue", "fr"], ["x", "fr"]])
def test_what_asks_for_no_language_leaves_it_to_the_locale(arguments: list[str]) -> None:
    """What is wrong with the option is told by the command line."""
    assert asked_for(arguments) is None


def test_a_language_alone_shows_what_there_is(command: Run) -> None:
    """As no word at all does."""
    done = command(["--lang", "fr"])
    assert (done.code, "Commandes" in done.out) == (0, True)


def test_an_unknown_text_stays_english() -> None:
    """A command that was added meanwhile can be read all the same."""
    with speaking(Language.FR):
        both = told("Nobody has translated this.\n\nFor example:")
    assert both == f"Nobody has translated this.\n\nPar exemple{NARROW}:"


def test_who_asks_for_no_help_does_not_wait_for_its_french() -> None:
    """Nothing of it is read to begin a command."""
    script = "import sys; from gatekeeper.cli.app import main; main(['check'])"
    watched = f"import atexit, sys; atexit.register(lambda: print('babel' in sys.modules)); {script}"
    environ = {"LC_ALL": "C.UTF-8", "PYTHONPATH": ":".join(sys.path)}
    done = subprocess.run([sys.executable, "-c", watched], capture_output=True, check=False, timeout=60, env=environ)
    assert done.stdout == b"False\n"
