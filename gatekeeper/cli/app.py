"""The `gatekeeper` command: registers the commands, and tells their errors."""

import codecs
import io
import os
import sys
import traceback
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer
from typer.main import get_command

from gatekeeper.cli.commands import (
    backup,
    check,
    config,
    desk,
    doctor,
    files,
    init,
    install,
    log,
    query,
    reasons,
    refuse,
    scrub,
    serve,
    stats,
    top,
    version,
)
from gatekeeper.cli.commands.alerts import alerts
from gatekeeper.cli.commands.bloctel import bloctel
from gatekeeper.cli.commands.consents import consents
from gatekeeper.cli.commands.hooks import hooks
from gatekeeper.cli.commands.journal import journal
from gatekeeper.cli.commands.key import key
from gatekeeper.cli.commands.law import law
from gatekeeper.cli.commands.lists import lists
from gatekeeper.cli.commands.shadow import shadow
from gatekeeper.cli.commands.sip_gate import sip_gate
from gatekeeper.cli.commands.user import user
from gatekeeper.cli.context import Invocation
from gatekeeper.cli.helppage import explain_in_language
from gatekeeper.cli.helptext import help_of
from gatekeeper.cli.language import LanguageOption, asked_for, of_locale
from gatekeeper.cli.usage_errors import UsageFault, tell
from gatekeeper.errors import GatekeeperError
from gatekeeper.translation import phrase, speaking
from gatekeeper.words import Language

FAILED = 2
"""Exit code of whatever did not work. 1 is kept for `check`: the call is blocked."""

INTERRUPTED = 130
"""Exit code of what was ended by Ctrl-C: 128 and the number of SIGINT, as a shell has it."""

_GLOBALS = ("--config", "--lang")
"""The options that every command takes, whether its own help names them or not."""

app = typer.Typer(
    name="gatekeeper",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.command(help=help_of(serve.serve))(serve.serve)
app.command(help=help_of(init.init))(init.init)
app.command(help=help_of(install.install))(install.install)
app.command(help=help_of(install.uninstall))(install.uninstall)
app.command(help=help_of(doctor.doctor))(doctor.doctor)
app.command(help=help_of(files.files))(files.files)
app.command(help=help_of(check.check))(check.check)
app.add_typer(lists, name="list")
app.add_typer(consents, name="consent")
app.command(help=help_of(scrub.scrub))(scrub.scrub)
app.add_typer(bloctel, name="bloctel")
app.command(help=help_of(query.query))(query.query)
app.add_typer(law, name="law")
app.add_typer(shadow, name="shadow")
app.add_typer(sip_gate, name="sip-gate")
app.command(help=help_of(log.log))(log.log)
app.command(help=help_of(stats.stats))(stats.stats)
app.command(help=help_of(top.top))(top.top)
app.add_typer(journal, name="journal")
app.command(help=help_of(reasons.reasons))(reasons.reasons)
app.command(help=help_of(refuse.refuse))(refuse.refuse)
app.add_typer(alerts, name="alerts")
app.add_typer(hooks, name="hooks")
app.command(help=help_of(desk.desk))(desk.desk)
app.add_typer(user, name="user")
app.add_typer(key, name="key")
app.command(help=help_of(backup.backup))(backup.backup)
app.command(help=help_of(backup.restore))(backup.restore)
app.add_typer(config.config, name="config")
app.command(help=help_of(version.version))(version.version)


@app.callback()
def root(
    context: typer.Context,
    config: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="The configuration file. Without it: $GATEKEEPER_CONFIG, else /etc/gatekeeper/gatekeeper.toml.",
        ),
    ] = None,
    lang: LanguageOption = Language.EN,  # noqa: ARG001 - what is told is in it from here on
    only_version: version.VersionOption = False,  # noqa: ARG001 - it is told while the command line is read
) -> None:
    """The guard for the outbound calls of an Asterisk: keeps the lists, asks the rules, shows the journal.

    Every command explains itself, with examples: gatekeeper COMMAND --help

    Exit codes: 0 done (check: allowed), 1 check: blocked, 2 an error.
    """
    context.obj = Invocation(config, os.environ)


explain_in_language(app)


def command() -> Any:
    """The whole command line. Its help shows no type behind an option that takes no value."""
    whole = get_command(app)
    waiting: list[Any] = [whole]
    while waiting:
        one = waiting.pop()
        waiting += getattr(one, "commands", {}).values()
        # The option --help is made on demand, and kept.
        for parameter in one.get_params(typer.Context(one, help_option_names=["-h", "--help"])):
            if getattr(parameter, "is_flag", False):
                parameter.metavar = ""
    return whole


def main(arguments: Sequence[str] | None = None) -> NoReturn:
    """Run the command line and exit.

    An error that Gatekeeper knows becomes a line on standard error, without a traceback, and exit code 2.
    """
    given = list(sys.argv[1:] if arguments is None else arguments)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper) and codecs.lookup(stream.encoding).name != "utf-8":
            # What a terminal of another age can't show must not end the command.
            stream.reconfigure(errors="replace")
    with speaking(asked_for(given) or of_locale(os.environ)):
        sys.exit(_run(given))


def _run(given: list[str]) -> int:
    """Run the command line.

    Returns:
        The exit code.
    """
    try:
        ended = command()(globals_first(given), prog_name="gatekeeper", standalone_mode=False)
        return ended if isinstance(ended, int) else 0
    except UsageFault as fault:
        tell(fault)
    except typer.Abort:
        sys.stderr.write(phrase("Aborted.") + "\n")
        return 1
    except GatekeeperError as error:
        for line in str(error).splitlines():
            sys.stderr.write(f"gatekeeper: {line}\n")
    except KeyboardInterrupt:
        return INTERRUPTED
    except Exception:  # noqa: BLE001 - a fault of ours must not look like the verdict "blocked", which exits with 1
        # The frames, without the error's own text, which could hold a person's number.
        kind, _, trace = sys.exc_info()
        sys.stderr.write("".join(traceback.format_tb(trace)))
        told = phrase("a fault of Gatekeeper itself ({kind}); please report it", kind=kind.__name__ if kind else "")
        sys.stderr.write(f"gatekeeper: {told}\n")
    return FAILED


def globals_first(arguments: list[str]) -> list[str]:
    """The arguments with `--config FILE` and `--lang en|fr` in front, wherever they were written.

    The command line wants them before the command's name, and people write them behind.
    """
    ahead: list[str] = []
    rest: list[str] = []
    at = 0
    while at < len(arguments):
        argument = arguments[at]
        if argument == "--":
            rest += arguments[at:]
            break
        if argument in _GLOBALS and at + 1 < len(arguments):
            ahead += arguments[at : at + 2]
            at += 1
        elif argument.startswith(tuple(f"{name}=" for name in _GLOBALS)):
            ahead.append(argument)
        else:
            rest.append(argument)
        at += 1
    return ahead + (rest or ["--help"]) if ahead else rest
