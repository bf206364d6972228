"""What every room stands on: errors, events, callers, the clock and the records of a call.
Imports nothing of ours.
"""
