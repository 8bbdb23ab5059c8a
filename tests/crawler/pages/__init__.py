"""Tests of what pages hold."""
