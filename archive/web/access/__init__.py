"""Who may ask, how often, and for how long a connection may be held."""
