"""Tests of `archive.export.exporter`."""
