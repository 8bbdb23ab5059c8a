"""First contact: a few polite requests that show which facts about the site hold."""
