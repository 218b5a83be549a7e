"""The commands, one to a file. What is slow to import is imported where it is used: a command must answer at once."""
