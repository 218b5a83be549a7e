"""Checks of Asterisk's own records: a refused call has a row, with the columns that lead to the journal."""

from collections.abc import Iterator

from gatekeeper.doctor.examined import Examined
from gatekeeper.doctor.finding import CheckFinding, failed, ok, unsure
from gatekeeper.site import SiteKind

_YES = ("yes", "true", "on", "1")


def records(on: Examined) -> Iterator[CheckFinding]:
    """`cdr.conf` and `cdr_custom.conf`."""
    if on.site is None:
        return
    conf = on.site.conf("cdr.conf")
    if (conf.value("general", "enable") or "yes").lower() not in _YES:
        yield unsure("cdr.conf switches Asterisk's own records off", "the journal has every decision all the same")
        return
    if (conf.value("general", "unanswered") or "no").lower() not in _YES:
        remedy = 'unanswered = yes in [general] of cdr.conf, then asterisk -rx "module reload cdr"'
        said = "a refused call has no row among Asterisk's own records"
        yield failed(said, remedy) if on.site.kind is SiteKind.PLAIN else unsure(said, remedy)
        return
    mappings = on.site.conf("cdr_custom.conf").section("mappings")
    if on.site.kind is SiteKind.PLAIN and not any(
        "CDR(linkedid)" in line.value for line in (mappings.lines if mappings else [])
    ):
        yield unsure(
            "none of Asterisk's own records has a linkedid", "run `gatekeeper install`: it adds gatekeeper.csv"
        )
        return
    yield ok("a refused call has a row among Asterisk's own records")
