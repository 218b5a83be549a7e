"""The steps of an installation, in their order. Each drafts what it would change, and does nothing else."""

from gatekeeper.install.draft import Draft
from gatekeeper.install.places import Programs
from gatekeeper.install.steps.accounts import accounts
from gatekeeper.install.steps.configuration import configuration
from gatekeeper.install.steps.contexts import contexts
from gatekeeper.install.steps.features import features
from gatekeeper.install.steps.gate import gate
from gatekeeper.install.steps.manager import manager
from gatekeeper.install.steps.programs import script, units
from gatekeeper.install.steps.records import records
from gatekeeper.install.steps.sounds import sentences
from gatekeeper.site import AsteriskSite


def draft_files_only(draft: Draft, programs: Programs) -> None:
    """Gatekeeper's own files alone: Asterisk's configuration stays as it is."""
    accounts(draft, "")
    configuration(draft, None)
    units(draft, programs)


def draft_all(draft: Draft, site: AsteriskSite, programs: Programs) -> None:
    """Everything."""
    accounts(draft, site.group)
    configuration(draft, site)
    manager(draft, site)
    gate(draft, site)
    contexts(draft, site)
    features(draft, site)
    sentences(draft, site)
    records(draft, site)
    script(draft, site, programs)
    units(draft, programs)
