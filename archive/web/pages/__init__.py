"""The pages: each module answers one kind of address, in all its formats."""
