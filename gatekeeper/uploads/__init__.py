"""Uploads: files that people and programs deliver, bounded while they come, looked at, then imported or thrown away.

`store` keeps them for an hour, `work` follows what is done with them, and `importing` has the daemon look and import.
"""
