"""From relations to a straight-line schedule. Standard library only."""
