"""Charts: Altair's specifications, and pictures drawn from them without a network.

Belongs here: how figures are drawn. Does not: where they come from, what is said about them.
A chart takes all it draws, words included, from named rows, so that its specification is made once
and drawn as often as there are councils.
"""
