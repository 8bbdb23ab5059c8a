"""HTML itself: bytes to characters, elements, text and times; nothing of CMoney's."""
