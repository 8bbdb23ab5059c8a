"""What is counted and drawn: sessions, shares, silences, and the graph of further reading."""
