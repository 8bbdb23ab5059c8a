"""Which company a symbol belongs to: the lists, the notations, the names, and what proves a symbol."""
