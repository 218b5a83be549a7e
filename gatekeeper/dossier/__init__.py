"""The dossier of one number: everything that the stores know of it, for people and programs that look it up."""

from gatekeeper.dossier.model import AttemptMade, NumberDossier
from gatekeeper.dossier.reading import read_dossier

__all__ = ["AttemptMade", "NumberDossier", "read_dossier"]
