"""Engine against model: proof that diagrams run as the BPMN specification says, beyond examples.

Three parts that know as little of each other as they can:

- The model plays the token game of BPMN 2.0.2, chapter 13, on the drawn XML. It imports nothing of the
  engine (``test_model`` holds it to that). ``diagram`` reads, ``state`` holds tokens and variables,
  ``game`` moves them (with ``events``, ``instances`` and ``routes``); the readings it takes where the
  specification leaves room stand at the head of ``game``.
- The ``generator`` draws random valid diagrams: nested blocks of every construct that Alur runs, then flows
  across them, so that joins stand inside loops, tokens are left over and branches never come. They go
  through the front end as uploads do: check, repair, rewrite, compile; a refusal is a failure.
- The ``duel`` does the same thing to both, chosen at random: a task of one of several tokens, a message, a
  signal, the next timer (sometimes late), a correction after an incident. After every action it compares
  what is open (scope within scope, with due times, correlation keys and the variables that each task sees),
  what failed, whether it is done, and the variables. The engine runs three times: kept in memory, saved and
  reloaded after every action, and never pruned (``player``); those three must agree to the last id.

Where BPMN orders nothing, the model has several outcomes and the duel follows all that fit.

``coverage`` counts what was drawn and what was really played; the long proof fails when a construct hardly
was. ``mutants`` are faults planted in the engine, each of which must be found: joins that count wrongly,
timers that outlive their task, defaults ignored or always taken, events that do not interrupt or interrupt
too much, are not armed again, fire too often or out of rhythm, signals that reach one only, wrong catchers,
tokens that are counted wrongly, activities that are undone twice or in the wrong order, scopes that end
early or never, instances out of order, variables that leak, silent deadlocks, states that
lose something when they are saved or pruned.

    make test-model                                   2,000 diagrams and all mutants
    python -m tests.conformance.model --seed N        one seed again; a divergence is shrunk into a folder
"""
