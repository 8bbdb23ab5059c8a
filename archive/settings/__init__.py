"""Settings: what a declared one must be, where its value comes from, and those that select the archive."""
