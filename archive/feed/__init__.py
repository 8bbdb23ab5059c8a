"""The change feed: what happened to articles, in order, to be resumed from a cursor."""
