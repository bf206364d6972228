"""What a call changed, exactly, and private copies to try things on."""
