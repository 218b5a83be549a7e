"""Desk: the web pages for compliance staff and admins, served by a process of its own beside the daemon."""
