"""The canary calls on a real Asterisk: each context that leads outside is dialled, and what is open is found."""

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from gatekeeper.config import load
from gatekeeper.doctor import CheckStatus, Examined
from gatekeeper.doctor.calls import CANARY_LIST, NOBODY, canary_calls
from gatekeeper.doctor.extensions import matches
from gatekeeper.lists import ListStore
from gatekeeper.site import SiteTree
from lab.roots import AsteriskRoot
from lab.site import LabSite, build_site, running

CONTEXTS = """
[guarded]
exten => _0XXXXXXXXX,1,Gosub(gatekeeper,s,1(${EXTEN},,,trunk))
 same => n,Dial(PJSIP/${GATEKEEPER_NUMBER}@trunk,5,i)
[behind-nine]
exten => _90X.,1,Gosub(gatekeeper,s,1(${EXTEN:1},,,trunk))
 same => n,Dial(PJSIP/${GATEKEEPER_NUMBER}@trunk,5,i)
[open]
exten => _0XXXXXXXXX,1,Dial(PJSIP/${EXTEN}@trunk,5,i)
[short]
exten => _1XX,1,Dial(PJSIP/${EXTEN}@trunk,5,i)
"""
EXPECTED = {
    "Local/0199001234@guarded": CheckStatus.OK,
    "Local/90199001234@behind-nine": CheckStatus.OK,
    "Local/0199001234@open": CheckStatus.FAILED,
    "context short": CheckStatus.UNSURE,
    "Local/0199001234@gatekeeper-dial": CheckStatus.OK,
}
NUMBER = int(NOBODY["FR"].lstrip("+"))


@pytest.fixture(scope="module")
def site(asterisk_22: AsteriskRoot, tmp_path_factory: pytest.TempPathFactory) -> Iterator[LabSite]:
    """A site whose dialplan has contexts with the gate and one without."""
    with ExitStack() as stack:
        made = build_site(asterisk_22, tmp_path_factory.mktemp("calls"), dialplan=[CONTEXTS])
        stack.enter_context(running(made))
        yield made


def examined(site: LabSite, folder: Path) -> Examined:
    """The lab's Asterisk as a tree of files: below a root that has it at its usual place."""
    etc = folder / "etc" / "asterisk"
    etc.mkdir(parents=True)
    for name in ("asterisk.conf", "pjsip.conf"):
        (etc / name).write_text((site.asterisk.etc / name).read_text())
    plan = "".join(
        path.read_text()
        for path in sorted((site.asterisk.etc / "lab.d").iterdir())
        if "#include" not in path.read_text()
    )
    gate = Path(__file__).parents[2] / "dialplan" / "gatekeeper.conf"
    (etc / "extensions.conf").write_text(plan + gate.read_text())
    tree = SiteTree(folder)
    (folder / str(site.daemon.data_dir.parent).lstrip("/")).mkdir(parents=True)
    (folder / str(site.daemon.data_dir).lstrip("/")).symlink_to(site.daemon.data_dir)
    return Examined.of(tree, load(site.daemon.config_path, {}))


def test_what_is_open_is_found(site: LabSite, tmp_path: Path) -> None:
    """Guarded contexts block the canary before an INVITE, the open one is told; afterwards the canary is on no list."""
    on = examined(site, tmp_path)
    before = len(site.carrier.settle())
    found = list(canary_calls(on, site.asterisk.cli, "", seconds=2))
    told = {next((way for way in EXPECTED if one.said.startswith(way)), one.said): one.status for one in found}
    assert told == EXPECTED
    # Only the open context's call has left.
    assert [invite.number for invite in site.carrier.settle()[before:]] == ["0199001234"]
    with ListStore(site.daemon.data_dir) as store:
        assert next(one.count for one in store.status() if one.name == CANARY_LIST) == 0


@pytest.mark.parametrize(
    ("extension", "dialled", "expected"),
    [
        ("_0XXXXXXXXX", "0199001234", True),
        ("_0XXXXXXXXX", "019900123", False),
        ("_00.", "0033199001234", True),
        ("_00.", "00", False),
        ("_00!", "00", True),
        ("_0[1-59]XXXXXXXX", "0199001234", True),
        ("_0[6-7]XXXXXXXX", "0199001234", False),
        ("_NXX-XXXX", "2345678", True),
        ("_+33Z.", "+33199001234", True),
        ("0199001234", "0199001234", True),
        ("_nxx", "123", False),
    ],
)
def test_extensions_match_as_asterisk_matches_them(extension: str, dialled: str, expected: bool) -> None:
    """X, Z, N, sets, ranges, a dot for one more, an exclamation mark for any, small letters as well."""
    assert matches(extension, dialled) is expected
