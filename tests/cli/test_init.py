"""`gatekeeper init`, and the commands about the configuration."""

import json
import re
import stat
import string
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from gatekeeper import __version__
from gatekeeper.words import NARROW
from tests.cli.test_french import english_of


def test_init_makes_everything(tmp_path: Path, command: Callable[[list[str]], Any]) -> None:
    """A new site gets a configuration that is right, a data folder, both databases and the red list."""
    config, data = tmp_path / "etc" / "g.toml", tmp_path / "var" / "data"
    result = command(["--config", str(config), "init", "--data-dir", str(data)])
    assert result.code == 0
    assert (data / "lists.sqlite3").exists()
    assert (data / "journal.sqlite3").exists()
    assert f"--config {config} list add red" in result.out
    assert command(["--config", str(config), "config", "check"]).out == f"right: {config}\n"
    status = command(["--config", str(config), "list", "status", "--json"])
    assert [json.loads(line)["list"] for line in status.out.splitlines()] == ["red"]


def test_init_speaks_french(tmp_path: Path, command: Callable[[list[str]], Any]) -> None:
    """What is made, what comes next, and what is refused; and that the configuration is right."""
    config = tmp_path / "g.toml"
    told = ""
    for words in (["init", "--data-dir", str(tmp_path / "data")], ["init"], ["init", "--keep", "--data-dir", "x"]):
        result = command(["--config", str(config), *words, "--lang", "fr"])
        told += result.out + result.err
    told += command(["--config", str(config), "config", "check", "--lang", "fr"]).out
    left = english_of(re.sub(r"(?m)^     (?:gatekeeper|useradd|chown|\[law\]) .*$", "", told), tmp_path)
    assert left == []
    assert "dossier de données  " in told
    assert "existe et n’est pas écrasé" in told
    assert f"correcte{NARROW}: {config}" in told


@pytest.mark.parametrize("asked", ["--lang", "locale"])
def test_the_comments_are_french_and_the_settings_the_same(
    asked: str, tmp_path: Path, command: Callable[[list[str]], Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """For who asks for it by `--lang`, or has such a locale; on a keyboard's signs, no line begins with a lone one."""
    files = {one: tmp_path / one / "g.toml" for one in ("en", "fr")}
    for language, file in files.items():
        if asked == "locale":
            monkeypatch.setenv("LC_ALL", f"{language}_{language.upper()}.UTF-8")
        said = ["--lang", language] if asked == "--lang" else []
        assert command(["--config", str(file), "init", "--data-dir", str(tmp_path / "data"), *said]).code == 0
        assert command(["--config", str(file), "config", "check", *said]).code == 0
    english, french = (file.read_text("utf-8") for file in files.values())
    setting = re.compile(r"^(?:# )?(?:\[[\w.]+\]|\w+ = .*)$", re.MULTILINE)
    assert setting.findall(french) == setting.findall(english)
    assert tomllib.loads(french) == tomllib.loads(english)
    comments = setting.sub("", french)
    plain = re.sub(r'`[^`]*`|"[^"]*"', " ", comments)
    assert re.findall(r"(?m)^.*\b(?:the|of|is|are|was|with|which|what|this|that|and|from)\b.*$", plain) == []
    assert re.findall(r"(?m)^# *[;:?!»].*", comments) == []
    assert set(re.findall(r"[^\w\s]", comments)) <= set(string.punctuation) | set("«»")
    assert max(map(len, comments.splitlines())) <= 100


def test_what_init_makes_is_not_for_everybody(tmp_path: Path, command: Callable[[list[str]], Any]) -> None:
    """Others can't read the configuration nor look into the data folder."""
    command(["--config", str(tmp_path / "g.toml"), "init", "--data-dir", str(tmp_path / "data")])
    for path in (tmp_path / "g.toml", tmp_path / "data"):
        assert stat.S_IMODE(path.stat().st_mode) & 0o007 == 0


def test_init_overwrites_nothing(tmp_path: Path, command: Callable[[list[str]], Any]) -> None:
    """A configuration that is there stays as it is; with --keep it is used."""
    config = tmp_path / "g.toml"
    text = f'# mine\n[daemon]\ndata_dir = "{tmp_path}/data"\n'
    config.write_text(text)
    refused = command(["--config", str(config), "init"])
    assert (refused.code, config.read_text()) == (2, text)
    assert refused.err.startswith(f"gatekeeper: {config} exists and is not overwritten")
    assert not (tmp_path / "data").exists()
    assert command(["--config", str(config), "init", "--keep"]).code == 0
    assert config.read_text() == text
    assert (tmp_path / "data" / "lists.sqlite3").exists()


def test_init_twice_keeps_the_lists(site: Any) -> None:
    """A second init takes nothing away."""
    site.run("list", "add", "red", "0612345678")
    assert site.run("init", "--keep").code == 0
    assert "on red" in site.run("list", "show", "0612345678").out


def test_init_where_nothing_can_be_written(tmp_path: Path, command: Callable[[list[str]], Any]) -> None:
    """What can't be made is named with the system's reason and what to do, without a traceback."""
    (tmp_path / "file").write_text("")
    result = command(["--config", str(tmp_path / "file" / "g.toml"), "init"])
    assert result.code == 2
    assert "g.toml can't be written" in result.err
    assert "Traceback" not in result.err
    result = command(["--config", str(tmp_path / "g.toml"), "init", "--data-dir", str(tmp_path / "file" / "data")])
    assert result.code == 2
    assert "the data folder" in result.err


def test_config_show_tells_what_is_in_force(site: Any, monkeypatch: Any) -> None:
    """What is in force is shown, variables included."""
    monkeypatch.setenv("GATEKEEPER_FASTAGI__PORT", "4999")
    shown = json.loads(site.run("config", "show", "--json").out)
    assert shown["fastagi"]["port"] == 4999
    assert shown["lists"]["bloctel"]["max_age_days"] == 30
    table = site.run("config", "show").out
    assert "fastagi.port" in table
    assert "lists.bloctel.max_age_days" in table


def test_a_wrong_configuration_is_a_line_for_each_fault(site: Any) -> None:
    """Every command stops at a wrong configuration, with exit code 2 and no traceback."""
    site.config.write_text("[fastagi]\nport = 1\nprt = 2\n")
    for words in (["config", "check"], ["serve"], ["list", "status"], ["log"], ["check", "0612345678"]):
        result = site.run(*words)
        assert result.code == 2
        assert result.out == ""
        lines = result.err.splitlines()
        assert len(lines) == 2
        assert lines[0].startswith(f"gatekeeper: {site.config}, line 2: fastagi.port is 1; it must be")
        assert lines[1].startswith(f"gatekeeper: {site.config}, line 3: fastagi.prt is no setting; did you mean")


def test_config_may_stand_behind(site: Any, command: Callable[[list[str]], Any]) -> None:
    """`--config` is understood wherever it stands, but for what stands behind `--`."""
    assert command(["config", "check", "--config", str(site.config)]).code == 0
    assert command(["config", "check", f"--config={site.config}"]).code == 0
    assert command(["config", "check", "--", "--config", str(site.config)]).code == 2


def test_commands_without_databases_say_to_run_init(tmp_path: Path, command: Callable[[list[str]], Any]) -> None:
    """Without databases the commands say to run init, and make none by themselves."""
    config = tmp_path / "g.toml"
    config.write_text(f'[daemon]\ndata_dir = "{tmp_path}/data"\n')
    for words in (["list", "status"], ["list", "add", "red", "0612345678"], ["log"], ["check", "0612345678"]):
        result = command(["--config", str(config), *words])
        assert result.code == 2
        assert "run `gatekeeper init --keep`" in result.err
    assert not (tmp_path / "data").exists()


def test_version_is_the_packages_and_needs_no_configuration(command: Callable[[list[str]], Any]) -> None:
    """The version is the package's, and needs no configuration."""
    result = command(["--config", "/nowhere", "version"])
    assert result.code == 0
    assert result.out.startswith(f"gatekeeper {__version__}\n")
    assert "phonenumbers 9" in result.out


@pytest.mark.parametrize("words", [["--version"], ["--lang", "fr", "--version"], ["--config", "/nowhere", "--version"]])
def test_the_option_version_says_one_line(command: Callable[[list[str]], Any], words: list[str]) -> None:
    """`gatekeeper --version` is for scripts: the first line of `gatekeeper version`, whatever else was asked."""
    result = command(words)
    assert (result.code, result.out, result.err) == (0, f"gatekeeper {__version__}\n", "")
