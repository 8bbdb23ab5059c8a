"""Full-text search of the archive, exact for Chinese; the index is a copy that can be rebuilt."""
