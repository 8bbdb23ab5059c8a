"""Full-text search of the archive: exact for Chinese, in an index that is a copy and may be lost."""
