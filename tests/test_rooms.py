"""The house as a whole: no package of it grows until nobody finds anything there."""

from pathlib import Path

PACKAGE = Path(__file__).parents[1] / "gatekeeper"
MOST = 0.16


def test_no_room_has_more_than_its_share() -> None:
    """Of the lines, in packages directly below `gatekeeper/`: one that has, becomes two."""
    rooms = {
        room.name: sum(len(file.read_bytes().splitlines()) for file in room.rglob("*.py"))
        for room in PACKAGE.iterdir()
        if room.is_dir()
    }
    house = sum(rooms.values()) + sum(len(file.read_bytes().splitlines()) for file in PACKAGE.glob("*.py"))
    assert house > 0
    assert {room: lines / house for room, lines in rooms.items() if lines > MOST * house} == {}
