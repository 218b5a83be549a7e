"""Operations: what the daemon answers on its control socket beside `screen`; a file to an operation."""
