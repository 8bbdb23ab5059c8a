"""Tests of the doctor: each finding on an installation that really is so."""
