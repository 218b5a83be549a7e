"""Pages: a module has the routes of one, which `gatekeeper.desk.routes` lists."""
