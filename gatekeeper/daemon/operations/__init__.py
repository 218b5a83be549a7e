"""Operations of the control socket beside `screen`: the daemon answers each by a file of its own."""
