"""Where facts come from: one file a source, each asked for one number or for many, over the same store.

A module with a `GIVES` is the source of a further fact, by being here (`docs/extending.md`). Only `many` needs
NumPy, and imports it when it is called: serving does without.
"""
