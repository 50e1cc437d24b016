"""A school day played from a script: who lives in it, how they write, what they write, and what comes of it.

In:       the running desk, its two doors, what it sends out.
Out:      the script (morning, midday, afternoon, days_later), and Day, which plays it.
Not here: the test itself (tests.acceptance.test_scripted_day).
"""
