"""The room of MongoDB: connection, embedded server, collections, indexes, validators."""
