"""Former states of articles, by moment."""
