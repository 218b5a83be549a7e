"""Taking out of contacts whoever may not be called, with the reason beside each, and a certificate of it."""
