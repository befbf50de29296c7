"""What makes a drawn diagram executable: each module one kind of rewriting, on a tree of its own.

Every rewriting takes the definitions element of a tree that holds one process and changes it in place. Ids
of drawn elements stay; what is added gets an id that ``identifiers`` recognises.
"""
