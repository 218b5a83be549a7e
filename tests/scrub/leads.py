"""A table shaped like a dialer's leads, with triggers that note what the scrub does to it."""

from sqlalchemy import Connection, Engine, create_engine, text

SCHEMA = [
    """
    CREATE TABLE vicidial_list (
        lead_id INT UNSIGNED AUTO_INCREMENT PRIMARY KEY NOT NULL,
        entry_date DATETIME DEFAULT CURRENT_TIMESTAMP,
        modify_date TIMESTAMP DEFAULT CURRENT_TIMESTAMP ON UPDATE CURRENT_TIMESTAMP,
        status VARCHAR(6),
        user VARCHAR(20),
        vendor_lead_code VARCHAR(20),
        list_id BIGINT UNSIGNED NOT NULL DEFAULT 0,
        called_since_last_reset ENUM('Y','N') DEFAULT 'N',
        phone_code VARCHAR(10) DEFAULT '33',
        phone_number VARCHAR(18) NOT NULL,
        first_name VARCHAR(30),
        last_name VARCHAR(30),
        alt_phone VARCHAR(12),
        comments VARCHAR(255),
        called_count SMALLINT UNSIGNED DEFAULT 0,
        INDEX (phone_number), INDEX (list_id), INDEX (status)
    ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4
    """,
    """
    CREATE TABLE touched (
        id INT AUTO_INCREMENT PRIMARY KEY, lead_id INT, phone_before VARCHAR(18), phone_after VARCHAR(18),
        status_before VARCHAR(6), status_after VARCHAR(6), rest_is_same INT
    ) ENGINE=InnoDB
    """,
    """
    CREATE TRIGGER note_update AFTER UPDATE ON vicidial_list FOR EACH ROW
    IF @who = 'scrub' THEN
        INSERT INTO touched (lead_id, phone_before, phone_after, status_before, status_after, rest_is_same) VALUES (
            OLD.lead_id, OLD.phone_number, NEW.phone_number, OLD.status, NEW.status,
            NEW.lead_id = OLD.lead_id AND NEW.entry_date <=> OLD.entry_date AND NEW.user <=> OLD.user
            AND NEW.vendor_lead_code <=> OLD.vendor_lead_code AND NEW.list_id <=> OLD.list_id
            AND NEW.called_since_last_reset <=> OLD.called_since_last_reset AND NEW.phone_code <=> OLD.phone_code
            AND NEW.first_name <=> OLD.first_name AND NEW.last_name <=> OLD.last_name
            AND NEW.alt_phone <=> OLD.alt_phone AND NEW.comments <=> OLD.comments
            AND NEW.called_count <=> OLD.called_count);
    END IF
    """,
    """
    CREATE TRIGGER note_delete AFTER DELETE ON vicidial_list FOR EACH ROW
    IF @who = 'scrub' THEN
        INSERT INTO touched (lead_id, phone_before, rest_is_same) VALUES (OLD.lead_id, OLD.phone_number, 0);
    END IF
    """,
]


class Leads:
    """The table in a database of its own on a server.

    Args:
        url: of the server's database `crm`.
        name: of the database that is made for this test.
    """

    def __init__(self, url: str, name: str) -> None:
        with create_engine(url).begin() as connection:
            connection.execute(text(f"CREATE DATABASE {name}"))
        self.url = url.replace("/crm?", f"/{name}?")
        # What the scrub's connections do is noted, by this variable.
        self.scrub_url = f"{self.url}&init_command=SET%20%40who%3D'scrub'"
        self.engine: Engine = create_engine(self.url, isolation_level="READ COMMITTED", pool_size=8)
        with self.engine.begin() as connection:
            for statement in SCHEMA:
                connection.exec_driver_sql(statement)

    def insert(self, connection: Connection, phones: list[str], status: str = "NEW") -> None:
        rows = [{"phone": phone, "status": status} for phone in phones]
        connection.execute(
            text(
                "INSERT INTO vicidial_list (status, list_id, phone_number, last_name, comments) "
                "VALUES (:status, 101, :phone, 'Lefèvre', 'rappeler; \"demain\"')"
            ),
            rows,
        )

    def all(self) -> dict[int, tuple[str, str]]:
        """Phone and status of each lead."""
        with self.engine.begin() as connection:
            rows = connection.execute(text("SELECT lead_id, phone_number, status FROM vicidial_list"))
            return {row.lead_id: (row.phone_number, row.status) for row in rows}

    def touched(self) -> list[tuple[int, str, str, str, str, int]]:
        """What the scrub did: lead, phone before and after, status before and after, whether all else is the same."""
        with self.engine.begin() as connection:
            rows = connection.execute(
                text(
                    "SELECT lead_id, phone_before, phone_after, status_before, status_after, rest_is_same "
                    "FROM touched ORDER BY id"
                )
            )
            return [tuple(row) for row in rows]  # type: ignore[misc]

    def marked(self) -> int:
        """How many leads the scrub marked until now."""
        with self.engine.begin() as connection:
            return int(connection.execute(text("SELECT COUNT(*) FROM touched")).scalar_one())
