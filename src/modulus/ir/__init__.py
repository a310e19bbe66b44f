"""The integer graph: what a model computes in integers, and the relations that pin it down."""
