"""Tests of `archive.mongo.schema.fields`."""
