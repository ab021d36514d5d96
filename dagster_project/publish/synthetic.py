"""How everything that shows figures says that some of them are invented.

Belongs here: the one mark and the one sentence. Does not: which rows rest on invented figures,
which their `evidence_class` says.
"""

MARK = "SYNTHETIC"
MEANS = (
    "what is marked so rests on figures invented for the bundled example. They agree with what was "
    "published in the aggregate and say nothing about any council or person."
)
SENTENCE = f"{MARK}: {MEANS}"
