"""What `gatekeeper install` leaves behind is well by `gatekeeper doctor`; what is left to a person, both name."""

import contextlib
import io
import json
from pathlib import Path

import pytest

from gatekeeper.cli.app import main
from lab.roots import AsteriskRoot
from tests.install.image import gatekeeper, make_image

OF_FILES = ("site", "includes", "emergency", "trunks", "records")


def findings(image: Path, *names: str) -> list[dict[str, str]]:
    """What the checks of a site's files say of an image."""
    only = [word for name in names for word in ("--only", name)]
    config = image / "etc/gatekeeper/gatekeeper.toml"
    environment = ("--config", str(config)) if config.exists() else ()
    out = io.StringIO()
    with contextlib.redirect_stdout(out), pytest.raises(SystemExit):
        main([*environment, "doctor", "--root", str(image), "--json", *only])
    return [json.loads(line) for line in out.getvalue().splitlines()]


def statuses(image: Path, *names: str) -> dict[str, str]:
    """How each ended."""
    return {one["check"]: one["status"] for one in findings(image, *names)}


def test_a_plain_site_is_well_once_it_is_installed(asterisk_22: AsteriskRoot, tmp_path: Path) -> None:
    """Before, the gate is missing; afterwards the files are as they should be, but for what was left to a person."""
    image = make_image(tmp_path, asterisk_22, "plain")
    assert statuses(image, "includes", "dialplan") == {"includes": "failed", "dialplan": "failed"}
    gatekeeper("install", "--root", image)
    assert statuses(image, *OF_FILES) == dict.fromkeys(OF_FILES, "ok")
    left = [one for one in findings(image, "dialplan") if one["status"] != "ok"]
    assert {one["status"] for one in left} <= {"failed", "warning"}
    named = gatekeeper("install", "--root", image)
    for one in left:
        assert one["place"] in named, "what the doctor names, install has left to a person"


@pytest.mark.parametrize("shape", ["freepbx16", "freepbx17", "vicidial"])
def test_what_a_rule_can_not_do_is_named(shape: str, asterisk_22: AsteriskRoot, tmp_path: Path) -> None:
    """Each `Dial()` past the gate is named with file and line; FreePBX's hook guards some, VICIdial's are all left."""
    image = make_image(tmp_path, asterisk_22, shape)
    before = {one["place"] for one in findings(image, "dialplan")}
    gatekeeper("install", "--root", image)
    after = {one["place"] for one in findings(image, "dialplan")}
    assert after
    assert all(", line " in place for place in after)
    assert after < before if shape.startswith("freepbx") else after == before
