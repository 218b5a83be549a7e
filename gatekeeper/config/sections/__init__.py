"""The sections of the configuration, one to a file. A new one is a file here and a field of `Settings`.

A section makes the plain values of the layers below by itself, in methods called `as_...`.
"""
