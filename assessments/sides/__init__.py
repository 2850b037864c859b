"""The people of each side, chosen by that side itself.

The planner of a round proposes people; the lead of each organisation sees the list of that side and can change it until
the round opens. All invited people can see the names.
"""
