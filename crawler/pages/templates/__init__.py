"""One page object a template of the site, and the generic one for pages of none."""
