"""The language of queries, and the text that they are matched against: folded, cut into terms, marked."""
