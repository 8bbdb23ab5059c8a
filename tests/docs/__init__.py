"""What docs/ promises."""
