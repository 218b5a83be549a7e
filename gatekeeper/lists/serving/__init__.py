"""Lists in service: opened, checked, and looked numbers up in."""
