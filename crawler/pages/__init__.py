"""What CMoney's pages, listings and captures hold: bytes and an address in, records out; no requests."""

from __future__ import annotations

from crawler.pages.articles import read_article
from crawler.pages.captures import read_capture
from crawler.pages.cards import Card
from crawler.pages.interface import InterfaceAnswer, read_interface
from crawler.pages.listings import Listing, read_listing

__all__ = ["Card", "InterfaceAnswer", "Listing", "read_article", "read_capture", "read_interface", "read_listing"]
