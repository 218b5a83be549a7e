"""The gate's own dialplan: its files, the lines that include them, and what it is told of the trunks."""

import re
from pathlib import Path
from typing import Final

from gatekeeper.install.draft import Draft
from gatekeeper.install.edits import append_line, insert_under
from gatekeeper.install.files import folder
from gatekeeper.install.places import folder_for_asterisk, for_asterisk
from gatekeeper.install.steps.configuration import home_of
from gatekeeper.site import AsteriskSite, SiteKind
from gatekeeper.translation import phrase

CODE: Final = ("gatekeeper.conf", "gatekeeper-refusal.conf")
GLOBALS: Final = "gatekeeper-globals.conf"
GENERATED: Final = (SiteKind.FREEPBX, SiteKind.ISSABEL)
_GLOBALS_LINE: Final = f'#include "gatekeeper/{GLOBALS}"'


def contexts(draft: Draft, site: AsteriskSite) -> None:
    """Draft the files and their includes."""
    ours = site.etc / "gatekeeper"
    draft.folder(ours, folder_for_asterisk(site))
    for name in CODE:
        draft.write_own(ours / name, _shipped(name).encode(), for_asterisk(site))
    if draft.text(ours / GLOBALS) is None:
        draft.write(ours / GLOBALS, _told(_shipped(GLOBALS), draft, site), for_asterisk(site))
    main = site.etc / "extensions.conf"
    if site.kind in GENERATED:
        main = site.etc / "extensions_custom.conf"
        given = site.etc / "globals_custom.conf"
        draft.write(given, append_line(draft.text(given) or "", _GLOBALS_LINE), for_asterisk(site))
    else:
        section = site.dialplan.conf.section("globals")
        given = section.head.file if section and section.head else main
        draft.write(given, insert_under(draft.text(given) or "", "globals", _GLOBALS_LINE), for_asterisk(site))
    text = draft.text(main) or ""
    for name in CODE:
        text = append_line(text, f'#include "gatekeeper/{name}"')
    draft.write(main, text, for_asterisk(site))
    draft.reload("dialplan reload")
    if home_of(draft) != "FR":
        draft.decide(
            phrase(
                "emergency numbers: `gatekeeper config emergency > {ours}/gatekeeper-emergency-custom.conf` "
                "gives the dialplan those of your country",
                ours=ours,
            )
        )
    if _dials_in_lua(draft, site):
        draft.decide(
            phrase(
                "{file} is a dialplan, too, and was not read: put the gate into it", file=site.etc / "extensions.lua"
            )
        )


def _dials_in_lua(draft: Draft, site: AsteriskSite) -> bool:
    text = draft.text(site.etc / "extensions.lua") or ""
    return bool(re.search(r"^\s*app\.[Dd]ial\(", text, re.MULTILINE))


def _shipped(name: str) -> str:
    return Path(folder(), "dialplan", name).read_text(encoding="utf-8")


def _told(text: str, draft: Draft, site: AsteriskSite) -> str:
    """The settings with the first trunk, for the context that dials by itself."""
    if not site.trunks:
        draft.decide(phrase("no trunk was found: name yours in [routes] trunks, and in gatekeeper-globals.conf"))
        return text
    trunk = site.trunks[0]
    before, after = trunk.dial_parts
    for key, value in (("TRUNK", trunk.name), ("DIAL_BEFORE", before), ("DIAL_AFTER", after)):
        line = f"GATEKEEPER_{key} ="
        text = "\n".join(f"{line} {value}".rstrip() if one.startswith(line) else one for one in text.split("\n"))
    if len(site.trunks) > 1:
        names = ", ".join(one.name for one in site.trunks)
        draft.decide(
            phrase(
                "the context gatekeeper-dial dials by {name}, the first of {names}: gatekeeper-globals.conf",
                name=trunk.name,
                names=names,
            )
        )
    return text
