"""The archive in a browser, and its HTTP interface; sends no request to the site."""
