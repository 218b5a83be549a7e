"""`gatekeeper install` on images of sites: what it changes, that it does so once, and that all of it can be undone."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from gatekeeper.doctor.service_environment import read_environment
from gatekeeper.install.placing import Placing
from gatekeeper.install.shebang import with_interpreter
from gatekeeper.site import SiteTree, find_site
from gatekeeper.site.guards import is_guarded
from gatekeeper.site.outside import Leads, outside_dials
from lab.roots import AsteriskRoot
from tests.cli.test_french import english_of
from tests.install.image import SHAPES, gatekeeper, make_image, snapshot


@pytest.fixture(params=SHAPES)
def image(request: pytest.FixtureRequest, tmp_path: Path, asterisk_22: AsteriskRoot) -> Path:
    """Each shape of a site in turn."""
    return make_image(tmp_path / "image", asterisk_22, request.param)


@pytest.fixture
def plain(tmp_path: Path, asterisk_22: AsteriskRoot) -> Path:
    """A plain site."""
    return make_image(tmp_path / "image", asterisk_22, "plain")


def unguarded(image: Path) -> list[str]:
    """What dials outside past the gate."""
    site = find_site(SiteTree(image))
    dials = outside_dials(site.dialplan, site.peers)
    return [one.at.line.place for one in dials if one.leads is Leads.OUTSIDE and not is_guarded(site.dialplan, one)]


def test_each_shape_is_installed_once_and_undone(image: Path) -> None:
    """A dry run changes nothing, a second run finds nothing to do, undoing leaves every file as it was."""
    before = snapshot(image)
    assert "+GATEKEEPER_ASTERISK__MAIN__SECRET=********" in gatekeeper("install", "--root", image, "--dry-run")
    assert snapshot(image) == before
    told = gatekeeper("install", "--root", image)
    after = snapshot(image)
    assert "nothing to change" in gatekeeper("install", "--root", image)
    assert snapshot(image) == after
    assert set(before) <= set(after)
    for place in unguarded(image):  # what is not done is told
        assert place in told
    gatekeeper("install", "--root", image, "--undo")
    assert snapshot(image) == before
    assert "nothing to undo" in gatekeeper("uninstall", "--root", image, code=2)


def test_each_shape_is_told_in_french(image: Path) -> None:
    """What is made and changed, what is found and left for a person, and what undoing leaves."""
    told = gatekeeper("install", "--root", image, "--lang", "fr")
    told += gatekeeper("install", "--root", image, "--lang", "fr")
    told += gatekeeper("install", "--root", image, "--undo", "--lang", "fr")
    told += gatekeeper("install", "--root", image, "--undo", "--lang", "fr", code=2)
    entries = re.compile(r"^      exten =>.*$|\S*/\S*|\((?:Admin|Settings), .*\)", re.MULTILINE)
    assert english_of(entries.sub(" ", told), image) == []
    assert "Trouvé" in told
    assert "rien à changer" in told
    assert "il n’y a rien à défaire" in told


def test_a_configuration_that_nobody_touched_is_filled_in_the_language_it_is_in(plain: Path) -> None:
    """A package makes it in one language, an admin installs in another: it is filled, and no comment changes."""
    configuration = plain / "etc/gatekeeper/gatekeeper.toml"
    gatekeeper("install", "--root", plain, "--files-only", "--lang", "fr")
    made = configuration.read_text()
    assert made.startswith("# La configuration de Gatekeeper.\n")
    gatekeeper("install", "--root", plain, "--files-only")
    assert configuration.read_text() == made
    gatekeeper("install", "--root", plain)
    filled = configuration.read_text()
    assert 'trunks = ["carrier"]' in filled
    assert re.findall("^# .*[éèà].*", filled, re.MULTILINE) == re.findall("^# .*[éèà].*", made, re.MULTILINE)
    gatekeeper("install", "--root", plain, "--undo")
    assert not configuration.exists()


def test_secrets_are_the_same_on_both_sides_and_shown_to_nobody(plain: Path) -> None:
    """The watchdog's secret: one to a site, for root and Asterisk alone."""
    told = gatekeeper("install", "--root", plain, "--dry-run") + gatekeeper("install", "--root", plain)
    environment = plain / "etc/gatekeeper/environment"
    secret = environment.read_text().strip().partition("=")[2]
    assert len(secret) == 48
    assert f"secret = {secret}\n" in (plain / "etc/asterisk/gatekeeper/manager.conf").read_text()
    assert secret not in told
    assert environment.stat().st_mode & 0o777 == 0o600
    assert (plain / "etc/asterisk/gatekeeper/manager.conf").stat().st_mode & 0o777 == 0o640
    assert (plain / "var/backups/gatekeeper").stat().st_mode & 0o777 == 0o700
    assert (plain / "etc/gatekeeper").stat().st_mode & 0o007 == 0


SECRETS = {
    "in quotes": '"abc;def"',
    "in single quotes": "'abc;def'",
    "plain": "abc;def",
    "twice": "old\nGATEKEEPER_ASTERISK__MAIN__SECRET=abc;def",
    "with a backslash": "a\\1b;c",
}


@pytest.mark.parametrize("written", SECRETS.values(), ids=SECRETS)
def test_asterisk_gets_the_secret_that_the_daemon_has(plain: Path, written: str) -> None:
    """However the file has it written, and with what begins a comment in Asterisk's; it is shown to nobody."""
    (plain / "etc/gatekeeper").mkdir()
    (plain / "etc/gatekeeper/environment").write_text(f"GATEKEEPER_ASTERISK__MAIN__SECRET={written}\n")
    told = gatekeeper("install", "--root", plain, "--dry-run") + gatekeeper("install", "--root", plain)
    secret = read_environment(plain / "etc/gatekeeper")["GATEKEEPER_ASTERISK__MAIN__SECRET"]
    assert find_site(SiteTree(plain)).conf("manager.conf").value("gatekeeper", "secret") == secret
    assert secret not in told
    assert "nothing to change" in gatekeeper("install", "--root", plain)


def test_an_empty_secret_is_replaced(plain: Path) -> None:
    """By one that is made, in its place; other lines stay."""
    (plain / "etc/gatekeeper").mkdir()
    file = plain / "etc/gatekeeper/environment"
    file.write_text("GATEKEEPER_ASTERISK__MAIN__SECRET=\nGATEKEEPER_FASTAGI__PORT=4600\n")
    gatekeeper("install", "--root", plain)
    assert re.fullmatch(
        "GATEKEEPER_FASTAGI__PORT=4600\nGATEKEEPER_ASTERISK__MAIN__SECRET=[0-9a-f]{48}\n", file.read_text()
    )


@pytest.mark.parametrize(
    "text", ["", "GATEKEEPER_ASTERISK__MAIN__SECRET=\n", "GATEKEEPER_ASTERISK__MAIN__SECRET=' x '\n"]
)
def test_no_user_of_the_manager_is_made_without_a_secret(plain: Path, tmp_path: Path, text: str) -> None:
    """Whose file of variables is a link gets none written into it, and none that is empty into Asterisk's."""
    (plain / "etc/gatekeeper").mkdir()
    (tmp_path / "environment").write_text(text)
    (plain / "etc/gatekeeper/environment").symlink_to(tmp_path / "environment")
    told = gatekeeper("install", "--root", plain, "--dry-run") + gatekeeper("install", "--root", plain)
    assert told.count("/etc/gatekeeper/environment") >= 2
    assert "until then the manager has no user for the watchdog" in told
    assert "gatekeeper" not in {one.name for one in find_site(SiteTree(plain)).manager.users}
    assert (tmp_path / "environment").read_text() == text


def test_secrets_of_others_are_shown_to_nobody(plain: Path) -> None:
    """They stand beside lines that are put in."""
    (plain / "etc/asterisk/manager.conf").write_text("[general]\nenabled = no\n[dialer]\nsecret = hunter2\n")
    (plain / "etc/gatekeeper").mkdir()
    (plain / "etc/gatekeeper/environment").write_text("GATEKEEPER_DESK__PASSWORD=hunter2\n")
    told = gatekeeper("install", "--root", plain, "--dry-run")
    assert "[dialer]" in told
    assert "hunter2" not in told


MISTAKEN = [
    "routes = 5",
    'socket = "x"',
    'phone = "FR"',
    "[[routes]]",
    '[routes]\ntrunks = [["a"]]',
    "[asterisk]\nmain = 3",
    "[phone]\nhome = 33",
    "watchdog = [1]",
    "[routes]\ntrunks = 5",
]


@pytest.mark.parametrize("text", MISTAKEN)
def test_a_mistaken_configuration_is_compared_all_the_same(plain: Path, text: str) -> None:
    """What it lacks is told; `config check` says what is wrong with the rest."""
    (plain / "etc/gatekeeper").mkdir()
    (plain / "etc/gatekeeper/gatekeeper.toml").write_text(text + "\n")
    assert '[routes] trunks = ["carrier"]' in gatekeeper("install", "--root", plain)


def test_the_gate_is_put_before_each_plain_dial(plain: Path) -> None:
    """Label, comment and options stay; numbered priorities and odd numbers are told; telephones are left."""
    told = gatekeeper("install", "--root", plain)
    text = (plain / "etc/asterisk/extensions.conf").read_text()
    assert (
        " same => n(dial),Gosub(gatekeeper,s,1(${EXTEN},,,carrier))\n"
        " same => n,Dial(PJSIP/${GATEKEEPER_NUMBER}@carrier,60,iT) ; to the carrier\n"
    ) in text
    assert "exten => _1XXX,1,Dial(PJSIP/${EXTEN},20)\n" in text
    assert "extensions.conf, line 10: Dial(${OUT}/sip:${EXTEN:2}@192.0.2.1) in context agents has no gate" in told
    assert "extensions.conf, line 11: Dial(PJSIP/${EXTEN:1}@carrier) in context agents has no gate" in told
    assert "the priorities behind it are numbered" in told
    assert "trunk PJSIP/carrier" in told
    assert "PJSIP/1001 " not in told
    configuration = (plain / "etc/gatekeeper/gatekeeper.toml").read_text()
    assert 'trunks = ["carrier"]' in configuration
    assert (
        "GATEKEEPER_DIAL_AFTER = @carrier\n" in (plain / "etc/asterisk/gatekeeper/gatekeeper-globals.conf").read_text()
    )


@pytest.mark.parametrize("shape", ["freepbx16", "freepbx17", "issabel"])
def test_freepbx_is_guarded_by_its_hook(tmp_path: Path, asterisk_22: AsteriskRoot, shape: str) -> None:
    """The trunks that FreePBX dials pass the hook; ext-trunk does not, and is told; people's own dials are guarded."""
    image = make_image(tmp_path / "image", asterisk_22, shape)
    told = gatekeeper("install", "--root", image)
    assert f"a site of the kind {shape.rstrip('0123456789')}" in told
    assert unguarded(image) == []
    assert told.count("dials outside past FreePBX's hook") == 1
    assert "context ext-trunk dials outside past FreePBX's hook" in told
    assert (
        (image / "etc/asterisk/extensions_custom.conf")
        .read_text()
        .startswith("[macro-dialout-trunk-predial-hook]\nexten => s,1,MSet(PREDIAL_HOOK_RET=BYPASS,")
    )
    assert '#include "gatekeeper/manager.conf"' in (image / "etc/asterisk/manager_custom.conf").read_text()


def test_vicidial_is_told_the_entry_of_its_carrier(tmp_path: Path, asterisk_22: AsteriskRoot) -> None:
    """VICIdial writes its carriers' dialplan itself, so a person has to put the gate there."""
    image = make_image(tmp_path / "image", asterisk_22, "vicidial")
    told = gatekeeper("install", "--root", image)
    assert "exten => _90XXXXXXXXX,2,Gosub(gatekeeper,s,1(${EXTEN:1},CAMPAIGN,,carrier))" in told
    assert "exten => _90XXXXXXXXX,3,Dial(SIP/carrier/${GATEKEEPER_NUMBER},${CAMPDTO},iTo)" in told
    assert 'site = "vicidial"' in (image / "etc/gatekeeper/gatekeeper.toml").read_text()


@pytest.mark.parametrize("writes", range(19))
def test_an_installation_that_was_cut_short_is_undone(
    plain: Path, writes: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After any number of files, undoing finds what was done and what was not."""
    before = snapshot(plain)
    done = []
    put = Placing.file

    def file(self: Placing, path: Path, *rest: object) -> None:
        if len(done) == writes:
            raise KeyboardInterrupt
        done.append(path)
        put(self, path, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(Placing, "file", file)
    gatekeeper("install", "--root", plain, code=130)
    monkeypatch.undo()
    gatekeeper("install", "--root", plain, "--undo")
    assert snapshot(plain) == before


@pytest.mark.parametrize("writes", range(0, 19, 3))
def test_undoing_that_was_cut_short_is_gone_on_with(plain: Path, writes: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """The copies are kept until all is put back."""
    before = snapshot(plain)
    gatekeeper("install", "--root", plain)
    done = []
    put, remove = Placing.file, Placing.remove

    def cut(self: Placing, path: Path, *rest: object) -> None:
        if len(done) == writes:
            raise KeyboardInterrupt
        done.append(path)
        (put if rest else remove)(self, path, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(Placing, "file", cut)
    monkeypatch.setattr(Placing, "remove", cut)
    gatekeeper("install", "--root", plain, "--undo", code=130)
    monkeypatch.undo()
    gatekeeper("install", "--root", plain, "--undo")
    assert snapshot(plain) == before


def test_what_people_changed_since_stays(plain: Path) -> None:
    """Of a file that was changed since only our lines go; a person's configuration is not thrown away."""
    etc = plain / "etc"
    original = (etc / "asterisk/extensions.conf").read_text()
    gatekeeper("install", "--root", plain)
    dialplan = etc / "asterisk/extensions.conf"
    dialplan.write_text(dialplan.read_text() + "[new]\nexten => 1,1,Hangup()\n")
    with (etc / "gatekeeper/gatekeeper.toml").open("a") as file:
        file.write("# mine\n")
    gatekeeper("install", "--root", plain)  # a second generation, or none
    told = gatekeeper("install", "--root", plain, "--undo")
    assert dialplan.read_text() == original + "[new]\nexten => 1,1,Hangup()\n"
    assert "extensions.conf: only our lines taken out" in told
    assert (etc / "gatekeeper/gatekeeper.toml").read_text().endswith("# mine\n")
    assert "gatekeeper.toml: stays, it was changed since" in told


TWINS = """[globals]
[sales]
exten => _0X.,1,Dial(PJSIP/${EXTEN}@carrier,60)
 same => n,Hangup()
[support]
exten => _0X.,1,Dial(PJSIP/${EXTEN}@carrier,60)
 same => n,Hangup()
"""
GATED = (
    "exten => _0X.,1,Gosub(gatekeeper,s,1(${EXTEN},,,carrier))\n"
    " same => n,Dial(PJSIP/${GATEKEEPER_NUMBER}@carrier,60,i)"
)
SINCE = {
    "a line that has nothing to do with it": ("", "[new]\nexten => 1,1,Hangup()\n"),
    "a context copied": ("", f"[copy]\n{GATED}\n"),
    "a campaign": ("(${EXTEN},,,carrier)", "(${EXTEN},spring,,carrier)"),
    "another time to ring": ("@carrier,60,i)", "@carrier,45,i)"),
    "a line between": ("))\n same => n,Dial", "))\n same => n,Set(CALLERID(num)=0123456789)\n same => n,Dial"),
    "a label": ("_0X.,1,Gosub", "_0X.,1(out),Gosub"),
    "the includes turned": (
        '#include "gatekeeper/gatekeeper.conf"\n#include "gatekeeper/gatekeeper-refusal.conf"\n',
        "; ours\n#include <gatekeeper/gatekeeper-refusal.conf>\n#include <gatekeeper/gatekeeper.conf>\n",
    ),
}


@pytest.mark.parametrize(("old", "new"), SINCE.values(), ids=SINCE)
def test_whatever_was_edited_no_dialplan_asks_a_gate_that_is_gone(plain: Path, old: str, new: str) -> None:
    """Contexts that are alike, and arguments that a person has put in, keep neither a Gosub nor an include of ours."""
    dialplan = plain / "etc/asterisk/extensions.conf"
    dialplan.write_text(TWINS)
    gatekeeper("install", "--root", plain)
    installed = dialplan.read_text()
    dialplan.write_text(installed.replace(old, new) if old else installed + new)
    assert dialplan.read_text() != installed
    told = gatekeeper("uninstall", "--root", plain)
    assert "extensions.conf: only our lines taken out" in told
    assert "asked still" not in told
    left = dialplan.read_text()
    assert "gatekeeper" not in left.lower()
    assert "\n[sales]\nexten => _0X.,1" in left
    assert left.count("Dial(PJSIP/${EXTEN}@carrier,") == (3 if "copy" in left else 2)
    assert find_site(SiteTree(plain)).dialplan.conf.missing == []
    assert not (plain / "etc/asterisk/gatekeeper").exists()


def test_a_gosub_that_got_a_campaign_is_taken_out_byte_for_byte(plain: Path) -> None:
    """The `Dial()` behind it is as it was written, without the option that was put in."""
    dialplan = plain / "etc/asterisk/extensions.conf"
    dialplan.write_text(TWINS)
    gatekeeper("install", "--root", plain)
    dialplan.write_text(dialplan.read_text().replace("(${EXTEN},,,carrier)", "(${EXTEN},spring)", 1))
    gatekeeper("uninstall", "--root", plain)
    assert dialplan.read_text() == TWINS


def test_a_file_that_we_made_and_people_went_on_with_includes_nothing_that_is_gone(
    tmp_path: Path, asterisk_22: AsteriskRoot
) -> None:
    """What they wrote stays in it."""
    image = make_image(tmp_path / "image", asterisk_22, "freepbx16")
    gatekeeper("install", "--root", image)
    file = image / "etc/asterisk/extensions_custom.conf"
    mine = "[from-internal-custom]\nexten => _8.,1,Hangup()\n"
    file.write_text(file.read_text() + mine)
    gatekeeper("uninstall", "--root", image)
    assert file.read_text().strip() == mine.strip()


@pytest.mark.parametrize("name", ["extensions.conf", "mine.conf"])
def test_what_is_included_still_stays_with_the_copies(plain: Path, tmp_path: Path, name: str) -> None:
    """A link by now, or another file of Asterisk's, includes ours: they stay, and nothing is to be reloaded."""
    file = plain / "etc/asterisk" / name
    original = file.read_bytes() if file.exists() else None
    gatekeeper("install", "--root", plain)
    if original is None:
        file.write_text('#include "gatekeeper/gatekeeper.conf"\n')
    else:
        file.rename(tmp_path / name)
        file.symlink_to(tmp_path / name)
    there = file.read_bytes()
    told = gatekeeper("uninstall", "--root", plain)
    assert file.read_bytes() == there
    assert file.is_symlink() == (original is not None)
    assert "gatekeeper/gatekeeper.conf: stays, it is included still" in told
    assert f"the gate is asked still by /etc/asterisk/{name}." in told
    assert "Then, in this order" not in told
    assert (plain / "etc/asterisk/gatekeeper/gatekeeper.conf").exists()
    if original is not None:
        copy = "var/backups/gatekeeper/etc-asterisk-extensions.conf.before"
        assert f"as it was before the installation: /{copy}" in told
        assert (plain / copy).read_bytes() == original


def test_a_later_run_adds_what_is_new_and_undo_takes_both_out(plain: Path) -> None:
    """A trunk that came later gets its gate; the configuration, a person's by now, is left, what it lacks is told."""
    etc = plain / "etc/asterisk"
    gatekeeper("install", "--root", plain)
    more = "[later]\nexten => _0X.,1,Dial(PJSIP/${EXTEN}@second)\n"
    trunk = "[second]\ntype = endpoint\naors = second\n[second]\ntype = aor\ncontact = sip:192.0.2.2\n"
    for name, text in (("extensions.conf", more), ("pjsip.conf", trunk)):
        with (etc / name).open("a") as file:
            file.write(text)
    told = gatekeeper("install", "--root", plain)
    assert '[routes] trunks = ["carrier", "second"]' in told
    assert "Gosub(gatekeeper,s,1(${EXTEN},,,second))" in (etc / "extensions.conf").read_text()
    gatekeeper("install", "--root", plain, "--undo")
    assert (etc / "extensions.conf").read_text() == SHAPES["plain"]["extensions.conf"] + more


OURS = [
    "etc/asterisk/gatekeeper/gatekeeper.conf",
    "etc/asterisk/gatekeeper/gatekeeper-refusal.conf",
    "usr/share/asterisk/agi-bin/gatekeeper_agi.py",
    "etc/systemd/system/gatekeeper.service",
    "usr/share/asterisk/sounds/gatekeeper/fr/do-not-call.wav",
]


@pytest.mark.parametrize("name", OURS)
def test_what_a_person_has_changed_in_ours_is_not_written_over(plain: Path, name: str) -> None:
    """A second run tells it; a file that is as it was installed gets the version of today."""
    file = plain / name
    gatekeeper("install", "--root", plain)
    today = file.read_bytes()
    file.write_bytes(today + b"; mine\n")
    told = gatekeeper("install", "--root", plain)
    assert f"/{name} was changed since it was installed" in told
    assert file.read_bytes() == today + b"; mine\n"
    for kept in (plain / "var/backups/gatekeeper").glob(f"*{file.name}.after"):
        kept.write_bytes(b"of an earlier version\n")
    file.write_bytes(b"of an earlier version\n")
    gatekeeper("install", "--root", plain)
    assert file.read_bytes() == today


def test_files_only_leaves_asterisk_alone(plain: Path) -> None:
    """As a package's script does it: no file of Asterisk's is touched, nor need there be one."""
    before = snapshot(plain / "etc/asterisk")
    gatekeeper("install", "--root", plain, "--files-only")
    assert snapshot(plain / "etc/asterisk") == before
    assert (plain / "etc/gatekeeper/gatekeeper.toml").exists()
    assert (plain / "etc/systemd/system/gatekeeper.service").exists()
    # The configuration is nobody's yet: the installation fills it. Both are undone.
    gatekeeper("install", "--root", plain)
    assert 'trunks = ["carrier"]' in (plain / "etc/gatekeeper/gatekeeper.toml").read_text()
    gatekeeper("uninstall", "--root", plain)
    assert snapshot(plain / "etc/asterisk") == before
    assert not (plain / "etc/gatekeeper").exists()


def test_a_link_is_somebody_elses_file(plain: Path, tmp_path: Path) -> None:
    """A configuration that is a link (FreePBX's modules, a repository) is not replaced; an image never leads out."""
    outside = tmp_path / "outside"
    outside.mkdir()
    (plain / "etc/asterisk/features.conf").rename(outside / "features.conf")
    (plain / "etc/asterisk/features.conf").symlink_to(outside / "features.conf")
    before = (outside / "features.conf").read_bytes()
    told = gatekeeper("install", "--root", plain)
    assert "/etc/asterisk/features.conf is a symbolic link" in told
    assert "+ gatekeeper-refuse => *66" in told
    assert (outside / "features.conf").read_bytes() == before
    gatekeeper("install", "--root", plain, "--undo")
    (plain / "etc/systemd/system").rmdir()
    (plain / "etc/systemd/system").symlink_to(outside)
    assert "leads out of" in gatekeeper("install", "--root", plain, code=2)
    assert [path.name for path in outside.iterdir()] == ["features.conf"]


def test_without_asterisk_it_says_what_to_do(tmp_path: Path) -> None:
    """No Asterisk, no installation."""
    assert "no Asterisk was found" in gatekeeper("install", "--root", tmp_path, code=2)
    assert "there are: plain, freepbx" in gatekeeper("install", "--root", tmp_path, "--kind", "other", code=2)


def test_the_script_names_its_interpreter(plain: Path) -> None:
    """Asterisk starts it with the interpreter that has its library, not with the one that it finds on PATH."""
    gatekeeper("install", "--root", plain)
    script = plain / "usr/share/asterisk/agi-bin/gatekeeper_agi.py"
    assert script.read_text().startswith("#!/opt/gatekeeper/bin/python3\n")
    assert script.stat().st_mode & 0o777 == 0o755
    unit = (plain / "etc/systemd/system/gatekeeper.service").read_text()
    assert re.search(r"^ExecStart=/opt/gatekeeper/bin/gatekeeper serve$", unit, re.MULTILINE)


@pytest.mark.parametrize("folder", ["short", "with a blank", "long" * 40])
def test_an_interpreter_of_any_path_runs_a_script(tmp_path: Path, folder: str) -> None:
    """Linux reads 127 bytes of a first line, and ends the interpreter's path at a blank."""
    python = tmp_path / folder / "python3"
    python.parent.mkdir()
    python.symlink_to(sys.executable)
    script = tmp_path / "script"
    script.write_text(
        with_interpreter('#!/usr/bin/env python3\n"""Says."""\nimport sys\nprint(sys.argv[1:])\n', python)
    )
    script.chmod(0o755)
    assert subprocess.check_output([script, "a b"], text=True) == "['a b']\n"
