"""Run as everyone: chosen calls as the owner, each role, a stranger and chosen peers."""
