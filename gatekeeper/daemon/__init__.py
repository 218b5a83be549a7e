"""The composition root: builds everything, starts it, and stops it in order."""
