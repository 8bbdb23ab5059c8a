"""Tests of monitors: each is seen to fire and to stay quiet, and whoever is set to be told is told."""
