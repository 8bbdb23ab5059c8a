"""The fixtures of all tests."""

pytest_plugins = ["tests.support.mongodb"]
