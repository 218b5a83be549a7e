"""Where contacts are: a file, or a database. Pure, and quick to import."""


def is_database(given: str) -> bool:
    """Whether something names a database rather than a file."""
    return "://" in given
