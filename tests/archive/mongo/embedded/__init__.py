"""Tests of `archive.mongo.embedded.server`."""
