"""Asterisk's own records of calls: a blocked one has a row there, and the linkedid that the journal has."""

from typing import Final

from gatekeeper.install.draft import Draft
from gatekeeper.install.edits import append_line, insert_under
from gatekeeper.install.places import for_asterisk
from gatekeeper.site import AsteriskSite, SiteKind
from gatekeeper.translation import phrase

COLUMNS: Final = "linkedid,uniqueid,start,end,src,dst,dcontext,channel,dstchannel,disposition,userfield"
MAPPING: Final = "gatekeeper.csv => " + ",".join(f"${{CSV_QUOTE(${{CDR({name})}})}}" for name in COLUMNS.split(","))


def records(draft: Draft, site: AsteriskSite) -> None:
    """Draft `unanswered = yes`, and a file with the columns by which a call is found in the journal."""
    if site.kind is not SiteKind.PLAIN:
        draft.decide(
            phrase(
                "a call that the gate refuses has a row among Asterisk's own records with `unanswered = yes` in "
                "cdr.conf only; {kind} counts these rows, so decide whether you want them",
                kind=site.kind.value,
            )
        )
        return
    file = site.etc / "cdr.conf"
    text = draft.text(file) or ""
    said = site.conf("cdr.conf").value("general", "unanswered")
    if said is None:
        draft.write(file, insert_under(text, "general", "unanswered = yes ; Gatekeeper: calls that it refuses, too"))
        draft.reload("module reload cdr")
    elif said.lower() not in ("yes", "true", "on", "1"):
        draft.decide(
            phrase(
                "{file} says unanswered = {said}: a call that the gate refuses then has no row in your CDR",
                file=file,
                said=said,
            )
        )
    mapping = site.etc / "cdr_custom.conf"
    text = draft.text(mapping) or ""
    if "CDR(linkedid)" not in "\n".join(
        line.value for one in site.conf("cdr_custom.conf").sections for line in one.lines
    ):
        draft.write(mapping, append_line(text, MAPPING, "mappings"), for_asterisk(site))
        draft.reload("module reload cdr_custom.so")
