"""What programs ask: the change feed, the interface's description, and the server's own health."""
