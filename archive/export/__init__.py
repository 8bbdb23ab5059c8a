"""Exports: tables of the archive as files."""
