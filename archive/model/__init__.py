"""The values that everything rests on; they know no database."""
