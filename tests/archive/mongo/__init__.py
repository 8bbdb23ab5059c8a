"""Tests of the archive, mirroring it."""
