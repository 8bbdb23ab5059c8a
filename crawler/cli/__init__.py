"""What commands share: their shape, their output and their signals."""
