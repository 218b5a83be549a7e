"""The sections of the configuration, one to a file. A new one is a file here and a field of `Settings`."""
