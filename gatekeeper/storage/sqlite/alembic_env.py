"""Alembic environment of every store: runs the migrations in one transaction on the engine it is given."""

from alembic import context
from sqlalchemy import Engine, MetaData


def run(metadata: MetaData) -> None:
    """Run the migrations that are due.

    SQLite can change a schema within a transaction, so a migration that fails or is killed leaves the old schema.

    Args:
        metadata: the tables as the code knows them (for `alembic revision --autogenerate`).
    """
    engine: Engine = context.config.attributes["engine"]
    with engine.connect().execution_options(gatekeeper_begin="BEGIN IMMEDIATE") as connection, connection.begin():
        context.configure(
            connection=connection,
            target_metadata=metadata,
            render_as_batch=True,
            transactional_ddl=True,
        )
        with context.begin_transaction():
            context.run_migrations()
