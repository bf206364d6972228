"""What the pages of the tab speak of: requests, outcomes, callers; without widgets."""
