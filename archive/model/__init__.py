"""The values that everything rests on, without a database."""
