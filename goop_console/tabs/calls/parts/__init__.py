"""What the tab's further pages (Run as everyone, Saved calls, History, Fire) have in common."""
