"""One version of a list: its file, its Bloom filter, and how both are built."""
