"""The crawler: asks CMoney for the column's pages and reads an Article off each."""
