"""Shared builders for tests."""
