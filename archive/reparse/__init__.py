"""Reading kept pages again, with the page readers of today."""
