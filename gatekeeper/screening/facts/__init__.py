"""Where facts come from: one file a source, each asked for one number or for many, over the same store.

Only `many` needs NumPy, and imports it when it is called: serving does without.
"""
