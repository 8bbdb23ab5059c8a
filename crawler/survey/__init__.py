"""First contact: a few polite requests that tell which facts about the site hold."""
