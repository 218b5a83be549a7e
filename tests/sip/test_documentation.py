"""The pages on the SIP gate and on ways round: what they tell people to write is understood, by Asterisk as well."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from gatekeeper.ami.client import LinkSettings
from gatekeeper.config import load
from gatekeeper.watchdog import WatchdogSettings
from gatekeeper.watchdog.gate_address import GateAddress
from gatekeeper.watchdog.visit import trunks_past_the_gate
from gatekeeper.watchdog.ways_out import WaysOutSettings
from lab.asterisk import AsteriskInstance
from lab.ports import free_port
from lab.roots import AsteriskRoot
from lab.site import MANAGER, SAMPLES
from tests.certificates import self_signed

PAGES = Path(__file__).parents[2] / "docs"
PAGE = (PAGES / "sip-gate.md").read_text(encoding="utf-8")
ENDPOINTS = ("ovh", "secure", "member", "trunk")
"""The page's, and the sample's."""


def blocks(kind: str, page: str = PAGE) -> list[str]:
    """The examples of a kind, without the indent that they have in lists."""
    found = re.findall(rf"^( *)```{kind}\n(.*?)^ *```$", page, re.MULTILINE | re.DOTALL)
    return [re.sub(rf"^{indent}", "", text, flags=re.MULTILINE) for indent, text in found]


BYPASS = (PAGES / "bypass.md").read_text(encoding="utf-8")
SETTINGS = [*blocks("toml"), *blocks("toml", BYPASS)]


@pytest.mark.parametrize("place", range(len(SETTINGS)))
def test_the_settings_are_understood(tmp_path: Path, place: int) -> None:
    """Each example is a configuration without a mistake."""
    file = tmp_path / "gatekeeper.toml"
    file.write_text(SETTINGS[place])
    settings = load(file, {"GATEKEEPER_ASTERISK__MAIN__SECRET": "secret"})
    assert settings.sip_gate.enabled or settings.watchdog.enabled or settings.routes.emergency_endpoints


@pytest.fixture(scope="module")
def asterisk(asterisk_root: AsteriskRoot, tmp_path_factory: pytest.TempPathFactory) -> Iterator[AsteriskInstance]:
    """Both Asterisks in turn, with all of the page's trunks and the sample's, on addresses of the loopback."""
    folder = tmp_path_factory.mktemp("page")
    certificate = self_signed(folder)
    pjsip = "\n".join([*blocks("ini"), (SAMPLES / "pjsip.conf").read_text()])
    pjsip = re.sub(r"bind = [0-9.:]+", lambda _: f"bind = 127.0.0.1:{free_port()}", pjsip)
    secured = f"protocol = tls\ncert_file = {certificate.certificate}\npriv_key_file = {certificate.key}\n"
    files = {
        "lab-pjsip.d/page.conf": pjsip.replace("protocol = tls\n", secured),
        "lab-manager.d/gatekeeper.conf": MANAGER,
    }
    modules = ["res_pjsip_outbound_authenticator_digest"]
    with AsteriskInstance(asterisk_root, folder / "asterisk", config=files, modules=modules) as running:
        yield running


async def test_the_trunks_are_behind_the_gate(asterisk: AsteriskInstance) -> None:
    """Asterisk has each of them, with the gate for its way out; but the one for emergencies."""
    link = LinkSettings(port=asterisk.ami_port, username="gatekeeper", secret="change-me")
    gate = GateAddress("127.0.0.1", frozenset({5080, 5081}))
    settings = WatchdogSettings(link, ways_out=WaysOutSettings(gate, gated=frozenset(ENDPOINTS)))
    assert await trunks_past_the_gate(settings) == {"trunk-emergency": "no outbound_proxy"}
    shown = asterisk.cli("pjsip show endpoints")
    assert all(re.search(rf"Endpoint: +{name}[ /]", shown) for name in ENDPOINTS)


def test_every_answer_of_the_watchdog_is_explained() -> None:
    """The page has what the watchdog says of a trunk that leads past the gate."""
    gate = GateAddress("127.0.0.1", frozenset({5080}))
    said = {gate.why_not(proxy) for proxy in ("", "sip:127.0.0.1:5080", "sip:127.0.0.9:5080;lr", "sip:gate;lr")}
    assert all(f"| {why} |" in PAGE for why in said)


@pytest.mark.parametrize("name", ["sip-gate.md", "bypass.md", "dialers.md"])
def test_every_link_leads_somewhere(name: str) -> None:
    """Pages and headings that a page names are there."""
    text = re.sub(r"```.*?```", "", (PAGES / name).read_text(encoding="utf-8"), flags=re.DOTALL)
    targets = re.findall(r"\]\(([a-z#.][^)]*)\)", text)
    assert len(targets) > 1
    for target in targets:
        path, _, heading = target.partition("#")
        page = (PAGES / (path or name)).resolve()
        assert page.exists(), target
        if heading:
            assert heading in headings(page), target


def headings(page: Path) -> set[str]:
    """What can stand behind `#`."""
    found = re.findall(r"^#+ (.+)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^a-z0-9 -]", "", one.lower()).replace(" ", "-") for one in found}
