"""The package as people get it: a source archive, the wheel that is built from it, and what that installs."""

import json
import stat
import sys
import zipfile
from pathlib import Path

from gatekeeper.install.spoken import SOUNDS, SPOKEN
from gatekeeper.words import Language
from tests.install.building import run

REPOSITORY = Path(__file__).parents[2]
FOLDERS = ("dialplan", "asterisk/agi-bin", "asterisk/observability", "asterisk/samples", "asterisk/systemd")
SCRIPT = "asterisk/agi-bin/gatekeeper_agi.py"


def files(root: Path, folder: str) -> set[str]:
    """The files of a folder of a checkout."""
    return {
        path.relative_to(root).as_posix()
        for path in (root / folder).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }


def test_the_wheel_carries_what_is_installed(wheel: Path) -> None:
    """Dialplan, AGI script, samples and units are in it byte for byte, the script executable; so are spoken reasons."""
    with zipfile.ZipFile(wheel) as packed:
        share = {
            info.filename.removeprefix("gatekeeper/share/"): info
            for info in packed.infolist()
            if info.filename.startswith("gatekeeper/share/")
        }
        spoken = {f"{SOUNDS}/{language.value}/{one.name}.wav" for language in Language for one in SPOKEN}
        assert {name for name in share if name.startswith(SOUNDS)} == spoken
        for name in spoken:
            del share[name]
        assert set(share) == {name for folder in FOLDERS for name in files(REPOSITORY, folder)}
        for name, info in share.items():
            assert packed.read(info) == (REPOSITORY / name).read_bytes()
        assert share[SCRIPT].external_attr >> 16 & 0o111 == 0o111
        tops = {name.split("/")[0] for name in packed.namelist()}
        assert tops == {"gatekeeper", wheel.name.split("-py3")[0] + ".dist-info"}


def test_the_wheel_carries_every_module_and_its_data(wheel: Path) -> None:
    """Nothing of the package stays behind: modules, migrations, templates, the mark that it is typed."""
    with zipfile.ZipFile(wheel) as packed:
        packaged = {name for name in packed.namelist() if name.startswith("gatekeeper/")}
    assert {name for name in packaged if not name.startswith("gatekeeper/share/")} == files(REPOSITORY, "gatekeeper")


def test_the_command_finds_its_files_where_it_is_installed(wheel: Path, tmp_path: Path) -> None:
    """Of an installed package, `gatekeeper files` lists and copies those of the wheel."""
    installed, target = tmp_path / "installed", tmp_path / "target"
    run(
        *(sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check", "install", "--no-deps", "--no-index"),
        *("--no-compile", "--target", str(installed), str(wheel)),
        cwd=tmp_path,
    )
    command = str(installed / "bin" / "gatekeeper")
    listed = [json.loads(line) for line in run(command, "files", "--json", cwd=tmp_path, path=installed).splitlines()]
    assert all(Path(one["path"]).is_relative_to(installed / "gatekeeper" / "share") for one in listed)
    run(command, "files", "--to", str(target), cwd=tmp_path, path=installed)
    for folder in FOLDERS:
        assert files(target, folder) == files(REPOSITORY, folder)
    assert stat.S_IMODE((target / SCRIPT).stat().st_mode) & 0o111 == 0o111
