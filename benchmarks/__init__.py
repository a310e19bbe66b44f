"""Measurements of whole processes."""
