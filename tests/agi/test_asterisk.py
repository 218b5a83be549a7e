"""Both ways to ask, from the dialplans of real Asterisks."""

import shlex
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from gatekeeper.control.protocol import answer_fields
from lab.asterisk import AsteriskInstance
from tests.agi.gate import ANSWER, BLOCKED
from tests.agi.test_hostile import Gate
from tests.agi.test_script import SCRIPT, daemon

RESULT = (
    "UserEvent(Result,Verdict:${GATEKEEPER_VERDICT},Decision:${GATEKEEPER_DECISION},Reason:${GATEKEEPER_REASON},"
    "List:${GATEKEEPER_LIST},Cause:${GATEKEEPER_CAUSE},Provision:${GATEKEEPER_PROVISION},RetryAt:${GATEKEEPER_RETRY_AT})"
)
ARGUMENTS = "${URIENCODE(${EXTEN})},,,gosub,${CHANNEL(linkedid)}"


def asked(asterisk: AsteriskInstance, context: str) -> dict[str, str]:
    """What a call through a context ends with."""
    with asterisk.ami() as ami:
        ami.originate_async(Channel=f"Local/0612345678@{context}", Application="Wait", Data="1")
        event = ami.wait_event("UserEvent", UserEvent="Result", since=0)
    return {name: event.get(name, "") for name in ALLOWED}


ALLOWED = {"Verdict": "ALLOW", "Decision": ANSWER.id, "Reason": "CLEAR", "List": "", "Cause": "0"}
ALLOWED |= {"Provision": "", "RetryAt": ""}
REFUSED = {"Verdict": "BLOCK", "Decision": BLOCKED.id, "Reason": "LISTED", "List": "bloctel", "Cause": "21"}
REFUSED |= {"Provision": "FR-HOURS", "RetryAt": "2026-11-26T09:59:00Z"}
DOWN = {"Verdict": "BLOCK", "Decision": "", "Reason": "GATE_DOWN", "List": "", "Cause": "21"}
DOWN |= {"Provision": "", "RetryAt": ""}


def test_the_dialplan_goes_on_with_the_answer_of_fastagi(
    asterisk_factory: Callable[..., AsteriskInstance], asterisk_root: object
) -> None:
    """The variables are set when the dialplan goes on; a newline in a caller ID gets a refusal."""
    with Gate() as gate:
        url = f"agi://127.0.0.1:{gate.port}/screen"
        forged = "%0aagi_extension: 0699999999%0aagi_arg_1: 0699999999%0a%0a"
        dialplan = f"""
[plain]
exten => _X.,1,Set(GATEKEEPER_LIST=stale)
 same => n,AGI({url},{ARGUMENTS})
 same => n,{RESULT}
 same => n,Wait(1)
[repeated]
exten => _X.,1,AGI({url}?${{URIENCODE(${{EXTEN}})}}&,{ARGUMENTS})
 same => n,{RESULT}
 same => n,Wait(1)
[forged]
exten => _X.,1,Set(CALLERID(name)=${{URIDECODE({forged})}})
 same => n,AGI({url}?${{URIENCODE(${{EXTEN}})}}&,{ARGUMENTS})
 same => n,{RESULT}
 same => n,Wait(1)
"""
        asterisk = asterisk_factory(dialplan=[dialplan])
        assert asked(asterisk, "plain") == ALLOWED
        assert asked(asterisk, "repeated") == ALLOWED
        assert gate.asked == 2
        assert asked(asterisk, "forged") == REFUSED
        assert gate.asked == 3


@pytest.mark.parametrize("running", [True, False], ids=["daemon", "no daemon"])
def test_the_script_answers_as_fastagi_and_refuses_without_a_daemon(
    asterisk_factory: Callable[..., AsteriskInstance], asterisk_root: object, tmp_path: Path, running: bool
) -> None:
    """The same by the script; without a daemon it refuses."""
    socket_path = tmp_path / "s"

    async def screen(_: object) -> dict[str, object]:
        return answer_fields(ANSWER)

    dialplan = f"[script]\nexten => _X.,1,AGI(gate,{ARGUMENTS})\n same => n,{RESULT}\n same => n,Wait(1)\n"
    asterisk = asterisk_factory(dialplan=[dialplan])
    wrapper = asterisk.agi_bin / "gate"
    start = " ".join(map(shlex.quote, [sys.executable, str(SCRIPT)]))
    wrapper.write_text(f'#!/bin/sh\nGATEKEEPER_SOCKET={shlex.quote(str(socket_path))} exec {start} "$@"\n')
    wrapper.chmod(0o755)
    if running:
        with daemon(socket_path, screen):
            assert asked(asterisk, "script") == ALLOWED
    else:
        assert asked(asterisk, "script") == DOWN
    assert "0612345678" not in "".join(line for line in asterisk.log().splitlines() if "ENV LINE" in line)


def test_a_newline_in_a_caller_id_does_not_get_another_number_checked(
    asterisk_factory: Callable[..., AsteriskInstance], asterisk_root: object
) -> None:
    """Through the dialplan as it is shipped: such a call is refused, others are allowed."""
    with Gate() as gate:
        folder = Path(__file__).parents[2] / "dialplan"
        lines = (folder / "gatekeeper-globals.conf").read_text().replace(":4573/", f":{gate.port}/")
        forged = "%0aagi_extension: 0699999999%0aagi_arg_1: 0699999999%0aagi_arg_4: gosub%0a%0a"
        contexts = f"""
[plain]
exten => _X.,1,Gosub(gatekeeper-check,s,1(${{EXTEN}},sales))
 same => n,{RESULT}
 same => n,Wait(1)
[forged]
exten => _X.,1,Set(CALLERID(name)=${{URIDECODE({forged})}})
 same => n,Gosub(gatekeeper-check,s,1(${{EXTEN}},sales))
 same => n,{RESULT}
 same => n,Wait(1)
"""
        asterisk = asterisk_factory(dialplan=[lines, folder / "gatekeeper.conf", contexts])
        for _ in range(3):
            assert asked(asterisk, "plain") == ALLOWED
            assert asked(asterisk, "forged") == REFUSED
        assert gate.asked == 6
