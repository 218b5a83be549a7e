"""`gatekeeper backup` and `gatekeeper restore` as an administrator types them."""

import json
import stat
import tarfile
from pathlib import Path

from gatekeeper.backup.parts import NAMES
from gatekeeper.cli.commands.backup import PART_NAMES, BackupPart
from gatekeeper.journal import JOURNAL_FILE
from gatekeeper.translation import LOCALES, read_french
from tests.cli.conftest import Site
from tests.journal.rows import row
from tests.journal.test_archives import write


def test_secrets_go_apart(site: Site, tmp_path: Path) -> None:
    """Configuration, overrides and the units' variables are in a file for its user alone, and nowhere in the backup."""
    overrides = tmp_path / "overrides.toml"
    overrides.write_text("")
    (site.folder / "environment").write_text("GATEKEEPER_ASTERISK__MAIN__SECRET=hush-hush\n")
    with site.config.open("a") as config:
        config.write('[asterisk.main]\nsecret = "hush-hush"\n')
    site.config.write_text(site.config.read_text().replace("[law]\n", f'[law]\noverrides = "{overrides}"\n'))
    secrets = tmp_path / "secrets.tar"
    made = json.loads(site.run("backup", str(tmp_path / "b"), "--secrets", str(secrets), "--json").out)
    assert stat.S_IMODE(secrets.stat().st_mode) == 0o600
    with tarfile.open(secrets) as archive:
        assert [f"/{name}" for name in archive.getnames()] == made["secrets"]
    assert made["secrets"] == [str(site.config), str(overrides), str(site.folder / "environment")]
    assert not [path for path in Path(made["path"]).rglob("*") if path.is_file() and b"hush" in path.read_bytes()]
    assert all(not stat.S_IMODE(path.stat().st_mode) & 0o077 for path in Path(made["path"]).rglob("*"))
    again = site.run("backup", str(tmp_path / "b"), "--secrets", str(secrets))
    assert (again.code, "File exists" in again.err) == (2, True)


def test_an_archived_month_is_backed_up_and_put_back(site: Site, tmp_path: Path) -> None:
    """What `log` shows is the same afterwards; what is newer than the backup is told."""
    write(site.data / JOURNAL_FILE, [row(at=1_785_000_000_000_000), row()])
    site.run("journal", "archive", "--keep-months", "1")
    before = site.run("log", "--format", "json").out
    made = json.loads(site.run("backup", str(tmp_path / "b"), "--json").out)
    site.run("list", "add", "red", "0612345678")
    tried = site.run("restore", made["path"], "--dry-run")
    assert "sound" in tried.out
    assert "lists, newer than the backup: changes 1" in tried.err
    refused = site.run("restore", made["path"])
    assert (refused.code, "--replace" in refused.err) == (2, True)
    for path in (site.data / "journal").glob("*.zst"):
        path.unlink()
    done = site.run("restore", made["path"], "--replace")
    assert done.code == 0
    assert "what was there is in" in done.out
    assert site.run("log", "--format", "json").out == before
    assert "on no list" in site.run("list", "show", "0612345678").out


def test_each_part_of_a_backup_can_be_put_back_alone_and_has_a_name() -> None:
    """In French, too."""
    assert {part.value for part in BackupPart} == set(NAMES) == set(PART_NAMES)
    french = read_french(LOCALES).messages
    assert all(french[PART_NAMES[name]] for name in NAMES)


def test_what_was_kept_of_older_backups_is_told(site: Site, tmp_path: Path) -> None:
    """Beside the result, so that a job at night sends a mail."""
    site.run("list", "add", "red", "0612345678")
    made = site.run("backup", str(tmp_path / "b"))
    path = next((tmp_path / "b").iterdir())
    path.rename(path.with_name("gatekeeper-29990101T000000Z"))
    assert (made.code, made.err) == (0, "")
    again = site.run("backup", str(tmp_path / "b"), "--keep", "1")
    assert (again.code, "1 backup is dated later than this one and stays" in again.err) == (0, True)
    assert len(list((tmp_path / "b").iterdir())) == 2


def test_what_is_no_backup_is_named(site: Site, tmp_path: Path) -> None:
    """A folder that is none, and a data folder with nothing in it."""
    (tmp_path / "x").mkdir()
    result = site.run("restore", str(tmp_path / "x"))
    assert result.code == 2
    assert "backup.json can't be read" in result.err
    assert f"{tmp_path}/y does not exist" in site.run("restore", str(tmp_path / "y")).err
    assert "is no folder" in site.run("restore", str(site.config)).err
    site.config.write_text(f'[daemon]\ndata_dir = "{tmp_path}/empty"\n')
    assert "nothing to back up" in site.run("backup", str(tmp_path / "b")).err
