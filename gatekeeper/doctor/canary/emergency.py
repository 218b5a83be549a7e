"""The emergency trial: with the daemon stopped, the shipped dialplan has to let by emergency numbers, and those alone.

Nobody is called. A context of its own, made for the trial and removed after it, asks the gate by `gatekeeper-check` and
keeps what it says; it has no `Dial()`. Sources, measured on Asterisk 16.28 and 22.10: `dialplan add extension` makes a
context that lasts until the next reload, and evaluates variables when it runs.
"""

import asyncio
import re
from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Final

from gatekeeper.control.client import ask
from gatekeeper.doctor.canary.originating import Console
from gatekeeper.doctor.canary.trial import CanarySite
from gatekeeper.doctor.findings import CheckFinding, failed, fine, said
from gatekeeper.doctor.runner import CheckReport
from gatekeeper.errors import ConfigError, DaemonError
from gatekeeper.phone import Normaliser
from gatekeeper.phone.emergency_dialplan import FILE
from gatekeeper.translation import phrase
from gatekeeper.words import Sentence

CAMPAIGN: Final = "gatekeeper-doctor"
"""The campaign of the trial, by which its rows in the journal are known; its context and AstDB family, too."""

_ALLOWED: Final = "ALLOW:EMERGENCY"
_REFUSED: Final = "BLOCK:GATE_DOWN"
_ENTRY: Final = re.compile(rf"^/{CAMPAIGN}/(\d+)\s*: (\S+)", re.MULTILINE)
_WAIT_S: Final = 8.0
_STEP_S: Final = 0.3


async def try_emergency(at: CanarySite) -> AsyncIterator[CheckReport]:
    """Try every emergency number of the settings, and one that is none. The daemon has to be stopped.

    Raises:
        ConfigError: it runs.
        DaemonError: Asterisk does not answer.
    """
    settings = at.installation.settings
    if _answers(at):
        raise ConfigError(
            phrase(
                "the daemon runs, and this is tried without it: stop it (`systemctl stop gatekeeper`) at a quiet "
                "hour, for every other call is refused meanwhile, and start it afterwards"
            )
        )
    numbers = sorted(Normaliser(settings.phone.as_dial_plan()).emergency.numbers, key=lambda one: (len(one), one))
    other = re.sub(r"\D", "", at.number)
    try:
        found = await _answers_of(at.console, (*numbers, other))
        for number in numbers:
            yield CheckReport(f"emergency {number}", (_judged(found.get(number, ""), emergency=True),))
        yield CheckReport(f"number {other}", (_judged(found.get(other, ""), emergency=False),))
    finally:
        for command in (f"dialplan remove context {CAMPAIGN}", f"database deltree {CAMPAIGN}"):
            await at.console.run(command)


def _answers(at: CanarySite) -> bool:
    try:
        ask(at.installation.settings.socket.path, {"op": "ping"})
    except DaemonError:
        return False
    return True


async def _answers_of(console: Console, numbers: Sequence[str]) -> Mapping[str, str]:
    """What the gate says of numbers, each as verdict and reason; of those of which it says something in time."""
    result = "${GATEKEEPER_VERDICT}:${GATEKEEPER_REASON}"
    for step in (
        f"1,Gosub(gatekeeper-check,s,1(${{EXTEN}},{CAMPAIGN}))",
        f"2,Set(DB({CAMPAIGN}/${{EXTEN}})={result})",
        "3,Hangup()",
    ):
        await console.run(f"dialplan add extension _X!,{step} into {CAMPAIGN} replace")
    for number in numbers:
        await console.run(f"channel originate Local/{number}@{CAMPAIGN} application Wait 1")
    found: dict[str, str] = {}
    for _ in range(int(_WAIT_S / _STEP_S)):
        shown = await console.run(f"database show {CAMPAIGN}")
        found = {number: verdict for number, verdict in _ENTRY.findall(shown) if number in numbers}
        if len(found) == len(numbers):
            break
        await asyncio.sleep(_STEP_S)
    return found


def _judged(result: str, *, emergency: bool) -> CheckFinding:
    if result == (_ALLOWED if emergency else _REFUSED):
        return fine(
            Sentence("let by, without the daemon", "passe, sans le démon")
            if emergency
            else Sentence("refused, as long as nobody can decide", "refusé, tant que personne ne peut décider")
        )
    says = said(
        "the gate says {result} without the daemon",
        "sans le démon, le contrôle dit {result}",
        result=result or "-",
    )
    if emergency:
        return failed(
            says,
            said(
                "run `gatekeeper config emergency > {file}` below Asterisk's folder, and asterisk -rx \"dialplan "
                'reload"',
                "exécutez `gatekeeper config emergency > {file}` sous le dossier d'Asterisk, et asterisk -rx "
                '"dialplan reload"',
                file=FILE,
            ),
        )
    return failed(
        says,
        Sentence(
            "take GATEKEEPER_FAIL_OPEN_ out of gatekeeper-globals.conf, and copy gatekeeper.conf anew",
            "retirez GATEKEEPER_FAIL_OPEN_ de gatekeeper-globals.conf, et copiez de nouveau gatekeeper.conf",
        ),
    )
