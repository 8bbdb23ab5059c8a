"""The interface for programs: change feed, OpenAPI description, and the server's own health."""
