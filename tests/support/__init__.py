"""What tests share: servers, crawls, made articles and pages; no tests."""
