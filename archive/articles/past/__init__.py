"""What the archive knew before: former states of articles."""
