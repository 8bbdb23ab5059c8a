"""What CMoney's pages, listings and captures hold: bytes and an address in, records out; no requests."""

from __future__ import annotations

from crawler.pages.extract import read_article
from crawler.pages.listings.api_listing import InterfaceAnswer, read_interface
from crawler.pages.listings.cards import Card
from crawler.pages.listings.html_listing import Listing, read_listing
from crawler.pages.templates.text_capture import read_capture

__all__ = ["Card", "InterfaceAnswer", "Listing", "read_article", "read_capture", "read_interface", "read_listing"]
