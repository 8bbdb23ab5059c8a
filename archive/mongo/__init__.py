"""The only room that speaks MongoDB: connection, embedded server, collections, indexes, validators."""
