"""Compensation: what has completed is undone, the last one first (10.7, 13.5.5)."""

from collections.abc import Callable

from tests.conformance.model.diagram import Node, Scope
from tests.conformance.model.state import OPEN, Memory, Space, Token, alive


def undoer(scope: Scope, todo: list[Memory], space: Space, waiter: Token | None = None) -> Token:
    """A token that undoes one activity after the other; no diagram shows it."""
    return Token(Node("undo", "undo", scope), space, state=OPEN, todo=todo, waiter=waiter)


class Compensation:
    """The part of the game that is about undoing."""

    taken: set[str]

    begin_activity: Callable[[Token], None]
    look: Callable[[Space], None]
    go_on: Callable[[Token], None]

    def remember(self, token: Token) -> None:
        """An activity has completed: what undoes it is its handler, or what undoes the activities in it."""
        node, inner = token.node, token.inner
        if node.handler is not None:
            token.space.done.append(Memory(node, {}))
        elif inner is not None and not node.called and (inner.done or inner.scope.undone_by):
            token.space.done.append(Memory(node, token.own, inner))

    def undo(self, token: Token) -> bool:
        """Begin to undo what the event may; true when there is nothing (more) to wait for.

        It may undo its own scope, and out of an event subprocess then the one that this handles.
        """
        spaces = [token.space]
        while (host := spaces[-1].host) is not None and host.node.by_event:
            spaces.append(host.space)
        for space in spaces[token.undone :]:
            token.undone += 1
            todo, space.done = space.done, []
            if not todo:
                continue
            undo = undoer(space.scope, todo, space, token if token.node.waits else None)
            space.tokens.append(undo)
            self.undo_next(undo)
            if token.node.waits:
                return False
        return True

    def undo_next(self, undo: Token) -> None:
        undo.inner = None
        if undo.todo:
            memory = undo.todo.pop()
            undo.own = memory.own
            if memory.inside is None:
                handler = memory.node if memory.node.by_event else memory.node.handler
                assert handler is not None
                self.taken |= {handler.id, memory.node.id}
                token = Token(handler, undo.space, undoer=undo)
                undo.space.tokens.append(token)
                self.begin_activity(token)
            else:
                again = Space(memory.inside.scope, undo, memory.inside.data)
                undo.inner = again
                todo, own = memory.inside.done, again.scope.undone_by
                if own is not None:  # it undoes the whole; what was done inside only when it says so
                    todo, again.done = [Memory(own, {})], todo
                again.tokens.append(undoer(again.scope, todo, again))
                self.undo_next(again.tokens[0])
            return
        undo.space.tokens.remove(undo)
        self.look(undo.space)
        if undo.waiter is not None and alive(undo.waiter) and self.undo(undo.waiter):
            self.go_on(undo.waiter)
