"""Access: tokens, rate limits, and limits of slow connections."""
