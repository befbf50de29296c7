"""Complex gateways: opened by a condition on what has come, reset when the rest has (13.4.5)."""

from collections.abc import Callable

from tests.conformance.model.diagram import Flow, Node
from tests.conformance.model.routes import at_join, expected
from tests.conformance.model.state import OPEN, RESET, Space, Token, holds, outer


class Complex:
    """The part of the game that is about complex gateways."""

    root: Space
    leave: Callable[[Token], None]

    def join_complex(self) -> bool:
        """Let the complex gateways that may go on; whether there were any."""
        found = False
        for space in self.root.spaces():
            nodes = [token.node for token in space.tokens if token.node.kind == "complexGateway"]
            for node in dict.fromkeys(nodes):
                found |= self.pass_complex(space, node)
        return found

    def pass_complex(self, space: Space, node: Node) -> bool:
        """Open it or reset it, if that may be; the first token of each flow is taken."""
        opened = next(
            (one for one in space.tokens if one.node is node and RESET in (one.state, one.again)), None
        )
        taken = opened.round if opened is not None else []
        here = {flow: same[0] for flow, same in at_join(space, node).items() if flow and flow not in taken}
        if opened is not None:
            missing = [flow for flow in node.incoming if flow not in taken and flow not in here]
            if expected(space, node, missing, list(here)):
                return False
            space.tokens.remove(opened)
        elif not here or not holds(node.opens, [{"activationCount": len(here)}, *outer(space)]):
            return False
        else:
            rest: list[Flow] = list(here)
            space.tokens.append(Token(node, space, state=RESET, round=rest))
        for token in here.values():
            space.tokens.remove(token)
        leaving = Token(node, space, state=OPEN, own={"waitingForStart": opened is None})
        space.tokens.append(leaving)
        self.leave(leaving)
        return True
