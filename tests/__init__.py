"""Tests, mirroring the three rooms."""
