"""Pages, listings and captures of CMoney's sites: bytes and an address in, records out; no requests."""
