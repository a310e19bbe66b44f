"""Relations as data: what must hold between integer tensors. Standard library only."""
