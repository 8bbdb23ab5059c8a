"""The schedule of runs, and the daemon that keeps it."""
