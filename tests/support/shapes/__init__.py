"""Shapes that writers, templates and notations have, each with the right value of its fields."""
