"""Listings: HTML, scripts and the JSON interface, as cards."""
