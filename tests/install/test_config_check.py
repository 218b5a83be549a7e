"""`gatekeeper config check` on an installed image: names in the configuration are compared with what there is."""

import re
import shutil
from pathlib import Path

import pytest

from lab.roots import AsteriskRoot
from tests.install.image import gatekeeper, make_image

TOML = "etc/gatekeeper/gatekeeper.toml"


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory, asterisk_22: AsteriskRoot) -> Path:
    """An installed plain site."""
    image = make_image(tmp_path_factory.mktemp("config-check") / "image", asterisk_22, "plain")
    gatekeeper("install", "--root", image)
    return image


@pytest.mark.parametrize(
    ("file", "pattern", "put", "told"),
    [
        (TOML, r'\["carrier"\]', '["carier"]', 'names "carier", and no endpoint.*did you mean "carrier"?'),
        (TOML, r'(?m)^group = "asterisk"', 'group = "asteriks"', '"asteriks", and there is no such group'),
        ("etc/group", r"(?m)^(asterisk:x:\d+:)gatekeeper$", r"\1", "the daemon's user gatekeeper is not one of"),
    ],
)
def test_names_that_nothing_has_are_refused(
    installed: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, file: str, pattern: str, put: str, told: str
) -> None:
    """A trunk that no endpoint has, and a group that can't be used, with the way to put it right."""
    image = Path(shutil.copytree(installed, tmp_path / "image", symlinks=True))
    monkeypatch.setenv("GATEKEEPER_ASTERISK__MAIN__SECRET", "of the unit's environment")
    check = ("--config", image / TOML, "config", "check", "--root", image)
    assert "right:" in gatekeeper(*check)
    text = (image / file).read_text()
    (image / file).write_text(re.sub(pattern, put, text, count=1))
    assert (image / file).read_text() != text
    said = gatekeeper(*check, code=2)
    assert "gatekeeper.toml" in said
    assert re.search(told, said), said
