"""The door for `scrapyd-deploy`, which builds an egg with it; everything is said in pyproject.toml."""

from __future__ import annotations

from setuptools import setup

setup()
