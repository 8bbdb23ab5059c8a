"""The schema of the database: collections, validators, indexes and migrations."""
