"""Keys of the first release that described Asterisk twice: understood with a note, refused where they contradict."""

from pathlib import Path

import pytest

from gatekeeper.config import Settings, load
from gatekeeper.config.schema import is_secret
from gatekeeper.config.sections.asterisk import OLD_KEYS, AsteriskSection
from gatekeeper.errors import ConfigError
from lab.daemon import GatekeeperDaemon

VALUES = {
    "host": '"10.1.2.3"',
    "port": "5050",
    "tls": "true",
    "tls_ca": '"/ca.pem"',
    "tls_name": '"pbx.example"',
    "username": '"watcher"',
    "secret": '"hush-hush"',
}
OTHERS = {**VALUES, "host": '"10.9.9.9"', "port": "5051", "tls": "false", "tls_ca": '"/o.pem"', "tls_name": '"o"'}
OTHERS |= {"username": '"other"', "secret": '"hush-other"'}
EVERY = [(section, old, new) for section, keys in OLD_KEYS.items() for old, new in keys.items()]

OLD = """\
[ami_proxy]
enabled = true
port = 5044
asterisk_port = 5040
[watchdog]
enabled = true
port = 5040
secret = "hush-hush"
"""
NEW = """\
[asterisk.main]
port = 5040
secret = "hush-hush"
[ami_proxy]
enabled = true
port = 5044
[watchdog]
enabled = true
"""


def settings(folder: Path, text: str, **variables: str) -> Settings:
    """The settings of a file and of variables."""
    file = folder / "g.toml"
    file.write_text(text, encoding="utf-8")
    return load(file, variables)


def plain(value: object) -> object:
    """A setting's value, a secret's too."""
    return value.get_secret_value() if hasattr(value, "get_secret_value") else value


def test_an_old_file_means_what_it_meant(tmp_path: Path) -> None:
    """The old form comes to the same settings as the new one, and only the old one has notes."""
    old, new = settings(tmp_path, OLD), settings(tmp_path, NEW)
    assert old.model_dump() == new.model_dump()
    assert (len(old.notes), new.notes) == (3, ())


@pytest.mark.parametrize(("section", "old", "new"), EVERY)
@pytest.mark.parametrize("by_variable", [False, True])
def test_every_old_key_is_understood(tmp_path: Path, section: str, old: str, new: str, *, by_variable: bool) -> None:
    """In the file and as a variable; the note says where it is and what to write instead, but no secret."""
    value = VALUES[new]
    if by_variable:
        variable = f"GATEKEEPER_{section}__{old}".upper()
        made = settings(tmp_path, "", **{variable: value.strip('"')})
        expected = [f"the variable {variable}: ", f"set GATEKEEPER_ASTERISK__MAIN__{new.upper()} instead"]
    else:
        made = settings(tmp_path, f"[{section}]\n{old} = {value}\n")
        shown = '"..." (the same)' if new == "secret" else value
        expected = ["g.toml, line 2: ", f"write {new} = {shown} in [asterisk.main] instead"]
    found = plain(getattr(made.asterisk["main"], new))
    assert found == {"true": True, "5050": 5050}.get(value, value.strip('"'))
    (note,) = made.notes
    for part in (*expected, f"{section}.{old} has moved"):
        assert part in note
    assert "hush" not in note


@pytest.mark.parametrize(("section", "old", "new"), EVERY)
def test_old_and_new_that_differ_are_refused(tmp_path: Path, section: str, old: str, new: str) -> None:
    """Both are named with their lines; neither value of a secret is."""
    text = f"[asterisk.main]\n{new} = {VALUES[new]}\n[{section}]\n{old} = {{}}\n"
    with pytest.raises(ConfigError) as caught:
        settings(tmp_path, text.format(OTHERS[new]))
    told = str(caught.value)
    assert f"g.toml, line 4: {section}.{old} contradicts asterisk.main.{new} (" in told
    assert "g.toml, line 2): take one of them out" in told
    assert "hush" not in told
    assert len(settings(tmp_path, text.format(VALUES[new])).notes) == 1, "the same twice is no contradiction"


def test_a_variable_can_contradict_a_file(tmp_path: Path) -> None:
    """The old variable of a secret that the file has otherwise, or the new variable of an old file's."""
    with pytest.raises(ConfigError, match=r"the variable GATEKEEPER_WATCHDOG__SECRET: watchdog\.secret contradicts"):
        settings(tmp_path, NEW, GATEKEEPER_WATCHDOG__SECRET="another")
    with pytest.raises(ConfigError, match=r"\(the variable GATEKEEPER_ASTERISK__MAIN__SECRET\)"):
        settings(tmp_path, OLD, GATEKEEPER_ASTERISK__MAIN__SECRET="another")
    kept = NEW.replace('secret = "hush-hush"\n', "")
    filled = settings(tmp_path, kept, GATEKEEPER_WATCHDOG__SECRET="hush-hush")
    assert filled.model_dump() == settings(tmp_path, NEW).model_dump()


@pytest.mark.parametrize(
    ("proxy", "watchdog"),
    [
        ("asterisk_port = 5040\n", ""),
        ("", "port = 5040\n"),
        ('asterisk_host = "10.0.0.1"\n', 'host = "10.0.0.2"\n'),
        ("", "port = 5041\ntls = true\n"),
    ],
)
def test_an_old_file_with_two_servers_keeps_them(tmp_path: Path, proxy: str, watchdog: str) -> None:
    """What one section leaves out was its own default, never the other section's."""
    made = settings(
        tmp_path, f'[ami_proxy]\nenabled = true\n{proxy}[watchdog]\nenabled = true\nsecret = "s"\n{watchdog}'
    )
    facing, link = made.as_proxy(), made.as_watchdog().link
    assert facing.asterisk_port == (5040 if proxy == "asterisk_port = 5040\n" else 5038)
    assert facing.asterisk_host == ("10.0.0.1" if "host" in proxy else "127.0.0.1")
    assert (link.host, link.port) == (
        "10.0.0.2" if "host" in watchdog else "127.0.0.1",
        5040 if "5040" in watchdog else 5041 if "5041" in watchdog else 5038,
    )
    assert facing.asterisk_tls is None
    assert (link.tls is not None) == ("tls" in watchdog)
    assert 'write asterisk = "proxy" in [ami_proxy], too' in made.notes[-1]


def test_old_keys_of_a_section_go_to_the_server_it_names(tmp_path: Path) -> None:
    """Where there are tables of servers, they fill in the one that is meant; where none is, nobody guesses."""
    servers = "[asterisk.a]\n[asterisk.b]\n"
    made = settings(tmp_path, f'{servers}[watchdog]\nasterisk = "b"\nport = 5050\n[ami_proxy]\nasterisk = "a"\n')
    assert (made.asterisk["a"].port, made.asterisk["b"].port) == (5038, 5050)
    with pytest.raises(ConfigError, match=r"line 4: watchdog\.port has moved: .*it is of \(a, b\)"):
        settings(tmp_path, f"{servers}[watchdog]\nport = 5050\n")


@pytest.mark.parametrize(
    ("text", "clear"),
    [
        # The watchdog would be led from 5038 to the proxy's Asterisk, and watch nothing.
        ("[ami_proxy]\nasterisk_port = 5040\n[watchdog]\nenabled = true\n", False),
        ("[ami_proxy]\nenabled = true\n[watchdog]\nport = 5040\n", False),
        ("[ami_proxy]\nasterisk_port = 5040\n[watchdog]\nport = 5040\n", True),
        ("[ami_proxy]\nasterisk_port = 5040\n[watchdog]\nport = 5041\n", False),
        ("[ami_proxy]\nasterisk_port = 5038\n[watchdog]\nenabled = true\n", True),
        ("[ami_proxy]\nasterisk_port = 5040\n", True),
        ('[ami_proxy]\nenabled = true\n[watchdog]\nusername = "w"\n', True),
        ("[ami_proxy]\nasterisk_port = 5040\n[watchdog]\nenabled = true\n[asterisk.main]\nport = 5040\n", True),
    ],
)
def test_no_section_is_led_elsewhere_by_the_other_ones_old_key(tmp_path: Path, text: str, *, clear: bool) -> None:
    """In a file that is half in the new form, an old key never moves the server of the section that did not say it."""
    variables = {"GATEKEEPER_ASTERISK__MAIN__SECRET": "hush-hush"}
    if clear:
        assert settings(tmp_path, text, **variables).notes
        return
    with pytest.raises(ConfigError, match=r"g\.toml, line \d: \w+\.(asterisk_)?port (says where|contradicts)"):
        settings(tmp_path, text, **variables)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("[watchdog]\nport = 0\n", "g.toml, line 2: watchdog.port is 0; it must be an integer from 1 to 65535"),
        ('[ami_proxy]\nasterisk_host = "a b"\n', 'g.toml, line 2: ami_proxy.asterisk_host is "a b": it is no address'),
        ("[watchdog]\nsecret = 3\n", "g.toml, line 2: watchdog.secret is (hidden)"),
        ("watchdog = 3\n", "g.toml, line 1: watchdog must be a table"),
    ],
)
def test_mistakes_are_told_as_they_were_written(tmp_path: Path, text: str, expected: str) -> None:
    """A mistake under an old key is told with that key and its line."""
    with pytest.raises(ConfigError) as caught:
        settings(tmp_path, text)
    assert expected in str(caught.value)


def test_every_key_of_a_server_has_its_old_places() -> None:
    """A key that comes later was in no old section."""
    assert set(OLD_KEYS["ami_proxy"].values()) < set(OLD_KEYS["watchdog"].values()) <= set(AsteriskSection.model_fields)
    assert [name for name, field in AsteriskSection.model_fields.items() if is_secret(field)] == ["secret"]


def test_the_daemon_and_the_check_say_so(tmp_path: Path) -> None:
    """An old file serves: the daemon's log and `config check` have the notes, and nothing shows the secret."""
    daemon = GatekeeperDaemon(tmp_path, config='[watchdog]\nport = 5040\nsecret = "hush-hush"\n')
    daemon.init()
    checked = daemon.command("config", "check")
    with daemon:
        pass
    for said in (checked.stdout + checked.stderr, daemon.log_path.read_text()):
        assert "watchdog.port has moved" in said
        assert "write port = 5040 in [asterisk.main] instead" in said
        assert "hush-hush" not in said
    shown = daemon.command("config", "show")
    assert "hush-hush" not in shown.stdout + shown.stderr
    assert "asterisk.main.secret" in shown.stdout
