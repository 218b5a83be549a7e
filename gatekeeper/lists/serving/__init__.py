"""Serving of the lists: opens and checks their versions, and looks numbers up."""
