"""The tests' own AMI client, against a real Asterisk."""

import pytest

from lab.ami import AmiClient
from lab.errors import LabError
from lab.ports import free_port
from tests.lab_fixtures import AsteriskFactory

DIALPLAN = """
[told]
exten => s,1,UserEvent(Told,First: ${FIRST},Second: ${SECOND})
"""


def test_actions_are_answered_by_their_own_responses(asterisk_factory: AsteriskFactory) -> None:
    """Responses are found by ActionID, whatever the order in which they are asked for."""
    with asterisk_factory().ami() as ami:
        first = ami.send("Ping")
        second = ami.send("Getvar", Variable="NOTHING")
        assert ami.response(second)["Variable"] == "NOTHING"
        assert ami.response(first)["Ping"] == "Pong"
        assert ami.action("NoSuchAction")["Response"] == "Error"


def test_repeated_headers_and_command_output_keep_their_order(asterisk_factory: AsteriskFactory) -> None:
    """A list becomes a repeated header; the lines of a command's output come back in order."""
    with asterisk_factory(dialplan=DIALPLAN).ami() as ami:
        ami.originate_async(Channel="Local/s@told", Application="Wait", Data="0.1", Variable=["FIRST=1", "SECOND=2"])
        told = ami.wait_event("UserEvent", UserEvent="Told")
        assert (told["First"], told["Second"]) == ("1", "2")
        lines = ami.command("dialplan show told").splitlines()
        assert [line for line in lines if "[ Context 'told'" in line]
        assert [line for line in lines if "UserEvent(Told" in line]


def test_events_are_awaited_from_a_given_point(asterisk_factory: AsteriskFactory) -> None:
    """With ``since``, an event that came before does not count."""
    with asterisk_factory().ami() as ami:
        ami.action("UserEvent", UserEvent="Mine", Turn="1")
        assert ami.wait_event("UserEvent", UserEvent="Mine")["Turn"] == "1"
        since = len(ami.events)
        with pytest.raises(LabError, match=r"waited 0.1 s for an event UserEvent"):
            ami.wait_event("UserEvent", since=since, seconds=0.1, UserEvent="Mine")
        ami.action("UserEvent", UserEvent="Mine", Turn="2")
        assert ami.wait_event("UserEvent", since=since, UserEvent="Mine")["Turn"] == "2"


def test_a_wrong_secret_is_refused(asterisk_factory: AsteriskFactory) -> None:
    """The error names the user and has Asterisk's words."""
    asterisk = asterisk_factory()
    with pytest.raises(LabError, match="refused user dialer: Authentication failed"):
        asterisk.ami(secret="wrong")


def test_a_dead_manager_is_noticed(asterisk_factory: AsteriskFactory) -> None:
    """Waiting ends at once when Asterisk is killed, and sending fails."""
    asterisk = asterisk_factory()
    ami = asterisk.ami()
    asterisk.kill()
    with pytest.raises(LabError, match="connection ended while waiting"):
        ami.wait_event("Never", seconds=30)
    with pytest.raises(LabError, match=r"connection (is gone|ended)"):
        ami.action("Ping")
    ami.close()


def test_no_manager_is_an_error() -> None:
    """Nobody listening on the port is said so."""
    with pytest.raises(LabError, match=r"no manager at 127\.0\.0\.1"):
        AmiClient(free_port())
