"""The pages: each answers one kind of address, in every format that it has."""
