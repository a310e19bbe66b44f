"""Relations to a straight-line schedule: layout, claims, wire format, costs. Standard library only."""
