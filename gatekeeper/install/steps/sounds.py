"""The sounds: the sentences that tell an agent why a call was blocked, and whether Asterisk's own are there."""

import re
from typing import Final

from gatekeeper.install.draft import Draft
from gatekeeper.install.places import folder_for_asterisk, for_asterisk
from gatekeeper.install.spoken import are_spoken, sounds
from gatekeeper.install.steps.configuration import home_of
from gatekeeper.install.steps.contexts import GLOBALS
from gatekeeper.site import AsteriskSite
from gatekeeper.translation import phrase
from gatekeeper.vocabulary import DialplanGlobal
from gatekeeper.words import Language

_CORE: Final = ("num-was-successfully", "added", "im-sorry", "cannot-complete-as-dialed")
"""What the gate's dialplan and the samples play besides; all are among Asterisk's core sounds."""

_SET: Final = re.compile(rf"^;?{DialplanGlobal.SOUNDS} = .*$", re.MULTILINE)


def sentences(draft: Draft, site: AsteriskSite) -> None:
    """Draft the sentences in every language, and choose one of these for a new installation."""
    folder = site.folders["astdatadir"] / "sounds"
    if not draft.tree.exists(folder):
        return
    missing = [name for name in _CORE if not draft.tree.glob(f"{folder}/*/{name}.*")]
    if missing:
        draft.decide(
            phrase(
                "{folder} has no {names}: install Asterisk's core sounds (asterisk-core-sounds-en)",
                folder=folder,
                names=", ".join(missing),
            )
        )
    for sound in sounds():
        path = folder / sound.name
        for above in (path.parent.parent, path.parent):
            draft.folder(above, folder_for_asterisk(site))
        draft.write_own(path, sound.content, for_asterisk(site))
    made = "" if are_spoken() else phrase(", as tones, for no voice came with this installation")
    language = _language(draft, site)
    file = site.etc / "gatekeeper" / GLOBALS
    text = draft.text(file) or ""
    if draft.tree.text(file) is None:
        draft.write(file, _SET.sub(f"{DialplanGlobal.SOUNDS} = {language.value}", text, count=1), for_asterisk(site))
        draft.found(
            phrase(
                "agents hear why a call was blocked{made} ({sounds} = {language} in {file})",
                made=made,
                sounds=DialplanGlobal.SOUNDS,
                language=language.value,
                file=file,
            )
        )
    elif DialplanGlobal.SOUNDS not in text:
        draft.decide(
            phrase(
                "{file} is yours and stays as it is; with {sounds} = {language} in it agents hear why a call was "
                "blocked{made}",
                file=file,
                sounds=DialplanGlobal.SOUNDS,
                language=language.value,
                made=made,
            )
        )


def _language(draft: Draft, site: AsteriskSite) -> Language:
    """Asterisk's own language, if these sounds have it, else that of the home country."""
    options = site.conf("asterisk.conf").section("options")
    said = next((line.value for line in options.lines if line.key == "defaultlanguage"), "") if options else ""
    home = home_of(draft)
    return Language.FR if (said or ("fr" if home == "FR" else "")).startswith("fr") else Language.EN
