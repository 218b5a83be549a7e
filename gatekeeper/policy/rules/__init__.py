"""The rules, one to a file. A rule gets the attempt and the facts and says allow, block, or None for no opinion."""
