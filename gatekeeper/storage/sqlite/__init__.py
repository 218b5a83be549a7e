"""SQLite: engines, migrations, and errors an admin can act on."""
