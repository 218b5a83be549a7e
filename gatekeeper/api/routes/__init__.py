"""Routes of the interface, a file to each kind of thing."""
