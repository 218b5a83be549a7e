"""Finding out what a delivered table is, alike for lists and for contacts. Each of them cuts it up in its own way."""
