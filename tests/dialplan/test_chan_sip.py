"""The pre-dial gate before chan_sip, which Asterisk 16 still has."""

from pathlib import Path

from lab.asterisk import AsteriskInstance
from lab.carrier import Carrier
from lab.ports import free_port
from lab.roots import asterisk_root
from tests.dialplan.peer import ScriptedPeer
from tests.dialplan.site import DIALPLAN, settings

FORMS = {
    # dial string: whether its first number is asked about and called; a second one is never called
    "SIP/{0}@peer": True,
    "SIP/peer/{0}": True,
    "SIP/{0}@127.0.0.1:{2}": True,
    "SIP/{0}@peer//127.0.0.1:{2}": False,
    "SIP/{0}@peer/{1}": False,
    "SIP/peer/{0}!{1}": False,
    "SIP/{0}:secret@peer": False,
}
TARGET = "[target]\nexten => _0X.,1,Dial(${TARGET},10,b(gatekeeper-predial^s^1))\n"
SIP_CONF = "[general]\nudpbindaddr = 127.0.0.1:{own}\n[peer]\ntype = peer\nhost = 127.0.0.1\nport = {carrier}\n"


def test_the_number_that_is_dialled_is_asked_about(peer: ScriptedPeer, tmp_path: Path) -> None:
    """Of `SIP/number@peer/other` the first number is dialled: what names two numbers is refused."""
    with Carrier(tmp_path / "carrier") as carrier:
        sip = SIP_CONF.format(own=free_port("udp"), carrier=carrier.port)
        plan = [settings(peer.port), DIALPLAN / "gatekeeper.conf", TARGET]
        asterisk = AsteriskInstance(
            asterisk_root("16"), tmp_path / "asterisk", dialplan=plan, modules=("chan_sip",), config={"sip.conf": sip}
        )
        numbers = {form: f"06987000{place:02}" for place, form in enumerate(FORMS)}
        with asterisk, asterisk.ami() as ami:
            sent = [
                ami.send(
                    "Originate",
                    Channel=f"Local/{number}@target/n",
                    Application="Wait",
                    Data="0.1",
                    Variable=f"TARGET={form.format(number, '07' + number[2:], carrier.port)}",
                    Async="true",
                )
                for form, number in numbers.items()
            ]
            for ident in sent:
                ami.wait_event("OriginateResponse", ActionID=ident)
            called = {invite.number for invite in carrier.settle()}
    for form, dialled in FORMS.items():
        assert (len(peer.questions(numbers[form])), numbers[form] in called) == (dialled, dialled), form
    assert not [number for number in called if number.startswith("07")]
