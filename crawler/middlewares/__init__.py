"""Middlewares: what happens to every request and response, one file each."""
