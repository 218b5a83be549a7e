"""The scrub: takes out of contacts whoever may not be called, with each reason, and certifies it."""
