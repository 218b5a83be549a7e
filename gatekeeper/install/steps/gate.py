"""The gate before the trunks: before each `Dial()`, in FreePBX's hook, or told for a carrier's entry of VICIdial."""

from contextlib import suppress
from typing import Final

from gatekeeper.errors import OddDialError
from gatekeeper.install.draft import Draft
from gatekeeper.install.edits import replace_line
from gatekeeper.install.files import folder
from gatekeeper.install.gated import checked_arguments, gated_lines
from gatekeeper.install.places import for_asterisk
from gatekeeper.install.steps.contexts import GENERATED
from gatekeeper.site import AsteriskSite, SiteKind
from gatekeeper.site.guards import HOOK, doubt, hook_asks, is_guarded
from gatekeeper.site.outside import ADDS_MEMBER, DialTarget, Leads, OutsideDial, outside_dials
from gatekeeper.site.queues import outside_members
from gatekeeper.site.scripts import scripted_dials
from gatekeeper.translation import phrase

_WRITTEN_BY_PROGRAMS: Final = {
    SiteKind.FREEPBX: ("extensions.conf", "extensions_additional.conf"),
    SiteKind.ISSABEL: ("extensions.conf", "extensions_additional.conf"),
    SiteKind.VICIDIAL: ("extensions-vicidial.conf",),
}
"""Files that are overwritten."""


_PAST_THE_HOOK: Final = ("ext-trunk", "macro-dialout-enum", "macro-dialout-dundi")
"""Contexts of FreePBX that dial a trunk, whose name they have from a variable, and call no hook before."""


def gate(draft: Draft, site: AsteriskSite) -> None:
    """Draft it where that can be done by a rule."""
    # From below, so that the lines above keep their numbers.
    for dial in sorted(_open(site), key=lambda one: -one.at.line.number):
        if dial.leads is Leads.UNKNOWN or _is_written_by_program(site, dial):
            continue
        text = draft.text(dial.at.line.file) or ""
        with suppress(OddDialError):
            lines = gated_lines(text, site.dialplan, dial)
            draft.write(dial.at.line.file, replace_line(text, dial.at.line.number, *lines))
    if site.kind in GENERATED:
        _hook(draft, site)
    if any(trunk.technology == "PJSIP" and not trunk.has_proxy for trunk in site.trunks):
        draft.decide(
            phrase(
                "calls that pass no dialplan (an originate straight to a trunk, ARI, a call file) are seen by "
                "the watchdog alone, when their INVITE has left. The SIP gate stops them first: one line to a "
                "trunk, docs/sip-gate.md"
            )
        )
    for peer in site.peers:
        if peer.follows_redirects:
            draft.decide(
                phrase(
                    "{place}: endpoint {name} has redirect_method = uri_pjsip, so a carrier may redirect a call to a "
                    "number that nobody checked; take it out",
                    place=peer.place,
                    name=peer.name,
                )
            )


def tell_open(draft: Draft, site: AsteriskSite) -> None:
    """Tell what dials past the gate still, with file and line.

    Args:
        draft: where it is told.
        site: the site as it would be.
    """
    for scripted in scripted_dials(site.tree, site.etc, site.peers):
        draft.decide(
            phrase(
                "{place}: {code} dials the trunk {trunk} without the gate, and its language is not changed by a "
                "rule; put it there: docs/dialplan.md",
                place=scripted.place,
                code=scripted.code,
                trunk=scripted.trunk,
            )
        )
    for queue, line in outside_members(site.tree, site.etc, site.peers):
        draft.decide(
            phrase(
                "{place}: queue {queue} has the member {member}, whom Queue() dials without the gate: let it be "
                "Local/NUMBER@gatekeeper-dial/n",
                place=line.place,
                queue=queue,
                member=line.value.split(",")[0],
            )
        )
    for dial in outside_dials(site.dialplan, site.peers):
        found = doubt(site.dialplan, dial) if is_guarded(site.dialplan, dial) else None
        if found is not None:
            draft.decide(
                phrase(
                    "{place}: context {context} has the gate before its Dial(), which may not be asked about the call: "
                    "see {where}, and docs/dialplan.md",
                    place=dial.at.line.place,
                    context=dial.at.context,
                    where=found.line.place,
                )
            )
    for dial in _open(site):
        if _is_written_by_program(site, dial):
            (_vicidial if site.kind is SiteKind.VICIDIAL else _freepbx)(draft, dial)
        else:
            draft.decide(_left(draft, site, dial))


def _open(site: AsteriskSite) -> list[OutsideDial]:
    return [one for one in outside_dials(site.dialplan, site.peers) if not is_guarded(site.dialplan, one)]


def _is_written_by_program(site: AsteriskSite, dial: OutsideDial) -> bool:
    return dial.at.line.file.name in _WRITTEN_BY_PROGRAMS.get(site.kind, ())


def _left(draft: Draft, site: AsteriskSite, dial: OutsideDial) -> str:
    at = dial.at
    code = f"{at.application}({at.arguments})"
    if dial.by == ADDS_MEMBER:
        return phrase(
            "{place}: {code} gives a queue a member outside: let it be Local/NUMBER@gatekeeper-dial/n",
            place=at.line.place,
            code=code,
        )
    if dial.leads is Leads.UNKNOWN:
        return phrase(
            "{place}: {code} in context {context} may lead outside: where it does, put Gosub(gatekeeper,s,1(NUMBER)) "
            "before it and dial ${{GATEKEEPER_NUMBER}}",
            place=at.line.place,
            code=code,
            context=at.context,
        )
    why = phrase("its file is not ours to change")
    try:
        gated_lines(draft.text(at.line.file) or "", site.dialplan, dial)
    except OddDialError as reason:
        why = str(reason)
    return phrase(
        "{place}: {code} in context {context} has no gate before it, and {why}; put it there: docs/dialplan.md",
        place=at.line.place,
        code=code,
        context=at.context,
        why=why,
    )


def _hook(draft: Draft, site: AsteriskSite) -> None:
    file = site.etc / "extensions_custom.conf"
    text = draft.text(file) or ""
    if hook_asks(site.dialplan):
        return
    if site.dialplan.has_context(HOOK):
        at = site.dialplan.conf.section(HOOK)
        draft.decide(
            phrase(
                "{place}: the hook [{hook}] is used already; put the lines of "
                "dialplan/freepbx/extensions_custom.conf at its beginning",
                place=at.head.place if at and at.head else file,
                hook=HOOK,
            )
        )
        return
    sample = (folder() / "dialplan" / "freepbx" / "extensions_custom.conf").read_text(encoding="utf-8")
    section = sample.partition(f"\n[{HOOK}]\n")[2].partition("\n\n")[0]
    # Before the includes: they open sections of their own.
    draft.write(file, f"[{HOOK}]\n{section}\n\n{text}", for_asterisk(site))
    draft.decide(
        phrase(
            "add i to the trunks' Dial options (Settings, Advanced Settings, Asterisk Outbound Trunk Dial "
            "Options): without it a carrier may redirect a call to a number that nobody checked"
        )
    )


def _freepbx(draft: Draft, dial: OutsideDial) -> None:
    at = dial.at
    if dial.leads is Leads.UNKNOWN and at.context not in _PAST_THE_HOOK:
        return  # its telephones are dialled by variables, too
    draft.decide(
        phrase(
            "{place}: context {context} dials outside past FreePBX's hook (Dial({arguments})): let the SIP "
            "gate or the watchdog see to it, or route these calls through an ordinary trunk",
            place=at.line.place,
            context=at.context,
            arguments=at.arguments,
        )
    )


def _checked(dial: OutsideDial) -> tuple[DialTarget, str]:
    """The one target of a `Dial()`, and what it is to dial."""
    if len(dial.targets) != 1 or not dial.targets[0].number:
        raise OddDialError
    return dial.targets[0], checked_arguments(dial.at, dial.targets[0].number)


def _vicidial(draft: Draft, dial: OutsideDial) -> None:
    at = dial.at
    try:
        target, dialled = _checked(dial)
    except OddDialError:
        draft.decide(
            phrase(
                "{place}: put the gate before this carrier's Dial() (Admin, Carriers): docs/dialers.md",
                place=at.line.place,
            )
        )
        return
    said = phrase(
        "{place}: VICIdial writes this file, so change the carrier's Dialplan Entry (Admin, Carriers):",
        place=at.line.place,
    )
    entry = (
        f"exten => {at.extension},1,AGI(agi://127.0.0.1:4577/call_log)\n"
        f"exten => {at.extension},2,Gosub(gatekeeper,s,1({target.number},CAMPAIGN,,{target.trunk}))\n"
        f"exten => {at.extension},3,Dial({dialled})\n"
        f"exten => {at.extension},4,Hangup()"
    )
    draft.decide(f"{said}\n{entry}")
