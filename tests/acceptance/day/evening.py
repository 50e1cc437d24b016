"""How every ticket stands when the day is over, and when time has done the rest.

In:       nothing.
Out:      EVENING, a row a ticket; COMMANDS, what the day must have done by mail alone.
Not here: how they came to stand so (the script).
"""

# "later": the status ten days after.
EVENING = """
    #   status    later     kinds     category             level  assignee  requester  school  minutes
    1   resolved  closed    fault     displays-projection  1      tom       tess       oak     55
    2   open      open      training  learning-platforms   1      ida       emil       elm     -
    3   resolved  closed    fault     printing             1      mara      carmen     elm     30
    4   resolved  closed    request   accounts-passwords   1      omar      maria      oak     -
    5   pending   resolved  fault     phones-voicemail     1      cora      nora       pine    45
    6   resolved  closed    fault     network-wifi         1      pete      hugo       pine    90
    7   closed    closed    fault     network-wifi         1      pete      nora       pine    -
    8   resolved  closed    -         displays-projection  1      tom       maria      oak     15
    9   new       new       fault     audio-video          1      pete      hugo       pine    -
    10  new       new       fault     devices              1      mara      emil       elm     -
    11  resolved  closed    fault     student-information  3      theo      nora       pine    -
    12  new       new       request   software-apps        1      tom       maria      oak     -
    """

COMMANDS = """
    done mine assign level1 level2 level3 school training fault request category waiting priority time note for same-as
    reopen undo help cc
    """
