"""The archive in a browser, and its HTTP interface; takes an `Archive` and asks the site nothing."""
