"""Gatekeeper's own folders, configuration and secrets."""

import secrets
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from gatekeeper.config.environment_file import variables_of
from gatekeeper.config.reference import toml
from gatekeeper.config.template import template
from gatekeeper.install.draft import Draft, Ownership
from gatekeeper.install.places import CONFIGURATION, DATA, ENVIRONMENT, SHARED, USER
from gatekeeper.site import AsteriskSite, SiteKind
from gatekeeper.translation import phrase, speaking
from gatekeeper.words import Language

SECRET: Final = "GATEKEEPER_ASTERISK__MAIN__SECRET"  # noqa: S105 - the variable's name


def configuration(draft: Draft, site: AsteriskSite | None) -> None:
    """Draft `/etc/gatekeeper`, with all in it that the site tells, and the data folder."""
    draft.folder(CONFIGURATION.parent, Ownership("root", USER, 0o750))
    draft.folder(DATA, Ownership(USER, USER, 0o750))
    _environment(draft)
    wanted = _settings(site)
    there = draft.text(CONFIGURATION)
    # Made by `install --files-only`, as a package does, and untouched since: nobody's yet. Its language stays.
    if there is None or there in _untouched():
        draft.write(CONFIGURATION, _filled(there or template(DATA), wanted), SHARED)
    else:
        _compare(draft, there, wanted)
    draft.decide(
        phrase(
            "lists and campaigns: describe yours in {configuration}, then `gatekeeper config check` and "
            "`gatekeeper list import NAME FILE`. Until then the red list and the law of the called country "
            "alone are asked",
            configuration=CONFIGURATION,
        )
    )


def secret_of(draft: Draft) -> str:
    """The watchdog's secret, as the daemon would have it; "" where there is none."""
    return variables_of(draft.text(ENVIRONMENT) or "").get(SECRET, "")


def _environment(draft: Draft) -> None:
    if not secret_of(draft):
        if draft.tree.is_link(ENVIRONMENT):
            draft.decide(
                phrase(
                    "{path} is a symbolic link, so another program's or a repository's, and has no {name}: put one "
                    "there, and run this again; until then the manager has no user for the watchdog",
                    path=ENVIRONMENT,
                    name=SECRET,
                )
            )
            return
        lines = (draft.text(ENVIRONMENT) or "").splitlines(keepends=True)
        kept = "".join(line for line in lines if line.strip().partition("=")[0] != SECRET)
        ended = kept if not kept or kept.endswith("\n") else kept + "\n"
        draft.write(ENVIRONMENT, f"{ended}{SECRET}={secrets.token_hex(24)}\n", Ownership("root", "root", 0o600))
    draft.secrets.add(secret_of(draft))


def _settings(site: AsteriskSite | None) -> dict[str, dict[str, Any]]:
    """What the site tells, by section and key."""
    if site is None:
        return {}
    wanted: dict[str, dict[str, Any]] = {
        "watchdog": {"enabled": True},
        "ami_proxy": {"enabled": True},
    }
    if site.trunks:
        wanted["routes"] = {"trunks": tuple(dict.fromkeys(trunk.name for trunk in site.trunks))}
    if site.kind is SiteKind.VICIDIAL:
        wanted.setdefault("routes", {})["site"] = "vicidial"
    if site.manager.port != 5038:  # noqa: PLR2004 - Asterisk's own default, and ours
        wanted["asterisk.main"] = {"port": site.manager.port}
    if site.group not in ("", "root"):
        wanted["socket"] = {"group": site.group}
    return wanted


def _untouched() -> list[str]:
    """The configuration as it is made, in each language."""
    made = []
    for one in Language:
        with speaking(one):
            made.append(template(DATA))
    return made


def _filled(text: str, wanted: Mapping[str, Mapping[str, Any]]) -> str:
    """The commented configuration with some of its lines in force."""
    lines = text.split("\n")
    for section, keys in wanted.items():
        start = next(at for at, line in enumerate(lines) if line in (f"[{section}]", f"# [{section}]"))
        lines[start] = f"[{section}]"
        for key, value in keys.items():
            at = next(at for at in range(start, len(lines)) if lines[at].startswith(f"# {key} = "))
            lines[at] = f"{key} = {toml(value)}"
    return "\n".join(lines)


def _compare(draft: Draft, text: str, wanted: Mapping[str, Mapping[str, Any]]) -> None:
    """What a configuration that is there lacks; it is a person's, and is not changed."""
    try:
        there = tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        draft.decide(
            phrase("{configuration} can't be read: `gatekeeper config check` says why", configuration=CONFIGURATION)
        )
        return
    for section, keys in wanted.items():
        found = table_of(there, *section.split("."))
        for key, value in keys.items():
            if not _has(found.get(key), value):
                draft.decide(
                    phrase(
                        "{configuration} is yours and stays as it is; it lacks [{section}] {key} = {value}",
                        configuration=CONFIGURATION,
                        section=section,
                        key=key,
                        value=toml(value),
                    )
                )


def _has(there: Any, value: Any) -> bool:
    if isinstance(value, tuple):
        return isinstance(there, list) and all(one in there for one in value)
    return bool(there == value)


def configured(draft: Draft, path: Path = CONFIGURATION) -> dict[str, Any]:
    """The configuration as it would be."""
    try:
        return tomllib.loads(draft.text(path) or "")
    except tomllib.TOMLDecodeError:
        return {}


def table_of(there: Mapping[str, Any], *names: str) -> Mapping[str, Any]:
    """A table of a configuration; an empty one where there is none, or something else by mistake."""
    for name in names:
        found = there.get(name)
        there = found if isinstance(found, dict) else {}
    return there


def home_of(draft: Draft) -> str:
    """The home country, as the configuration has it."""
    said = table_of(configured(draft), "phone").get("home", "FR")
    return said if isinstance(said, str) else "FR"
