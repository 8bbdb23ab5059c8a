"""The embedded server: a mongod of our own, shared by the processes of this machine."""
