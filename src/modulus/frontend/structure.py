"""The structure of a graph: every tensor made once, before it is used."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import onnx

from modulus.errors import ModelError
from modulus.ops import OLDEST_OPSET

MAX_NODES = 1 << 17
"""Far above any real network; a bound on what a hostile file makes us do."""
MAX_NESTING = 8
"""Of branches and loops: each level is one more inference of all shapes."""
MAX_UNROLLED = 1 << 15
"""Nodes that loops may be written out to, all together."""


def opset_of(model: onnx.ModelProto) -> int:
    """Version of the default operator set that the model imports.

    Raises:
        ModelError: It imports none, several, or one that is too old or too new.
    """
    versions = {entry.version for entry in model.opset_import if entry.domain in {"", "ai.onnx"}}
    newest = onnx.defs.onnx_opset_version()
    if len(versions) != 1:
        raise ModelError(
            f"the model imports {len(versions)} versions of the default operator set, expected one"
        )
    (version,) = versions
    if version < OLDEST_OPSET:
        raise ModelError(
            f"the model uses opset {version}; opsets {OLDEST_OPSET} to {newest} are supported",
            hint="convert it with onnx.version_converter.convert_version(model, 17)",
        )
    if version > newest:
        raise ModelError(
            f"the model uses opset {version}; the installed onnx knows opsets up to {newest}",
            hint="install a newer onnx, or export with an older opset",
        )
    return int(version)


def check_structure(graph: onnx.GraphProto) -> None:
    """Refuse graphs that are not a directed acyclic graph over uniquely named tensors.

    Raises:
        ModelError: Names the tensor or the nodes of the cycle.
    """
    if len(graph.node) > MAX_NODES:
        raise ModelError(
            f"the model has {len(graph.node)} nodes; at most {MAX_NODES} are supported"
        )
    if graph.sparse_initializer:
        raise ModelError("sparse initialisers are not supported", hint="store the weights densely")
    if not graph.output:
        raise ModelError("the model has no outputs")
    made = _unique([tensor.name for tensor in graph.initializer], "initialiser") | _unique(
        [value.name for value in graph.input], "input"
    )
    if "" in made:
        raise ModelError("an input or initialiser has no name")
    for node in graph.node:
        for output in node.output:
            if output and output in made:
                raise ModelError(
                    f"tensor {output!r} is defined twice, the second time by {label(node)}"
                )
            made.add(output)
    _unique([value.name for value in graph.output], "output")
    for node in graph.node:
        for name in node.input:
            if name and name not in made:
                raise ModelError(
                    f"{label(node)} reads {name!r}: no input, initialiser or output of a node"
                )
    for value in graph.output:
        if value.name not in made:
            raise ModelError(f"output {value.name!r} is not computed by any node")
    for count, node in enumerate(every_node(graph)):
        _check_counts(node)
        if count >= MAX_NODES:
            raise ModelError(f"the model has more than {MAX_NODES} nodes in its subgraphs")
    _check_order(graph)


def every_node(graph: onnx.GraphProto, depth: int = 0) -> Iterator[onnx.NodeProto]:
    """The nodes of a graph and of its subgraphs.

    Raises:
        ModelError: Subgraphs are nested too deeply.
    """
    if depth > MAX_NESTING:
        raise ModelError(f"subgraphs are nested more than {MAX_NESTING} times")
    for node in graph.node:
        yield node
        for attribute in node.attribute:
            for inner in [*attribute.graphs, *([attribute.g] if attribute.HasField("g") else [])]:
                yield from every_node(inner, depth + 1)


def _check_counts(node: onnx.NodeProto) -> None:
    # Attack: shape inference allocates as many outputs as Split states.
    for attribute in node.attribute:
        if attribute.name == "num_outputs" and attribute.i != len(node.output):
            raise ModelError(
                f"{label(node)} states {attribute.i} outputs and has {len(node.output)}"
            )


def _check_order(graph: onnx.GraphProto) -> None:
    """ONNX asks for topological order; tell a cycle from a list that is merely unsorted."""
    sources = {tensor.name for tensor in graph.initializer}
    sources |= {value.name for value in graph.input}
    ready = set(sources)
    for node in graph.node:
        if not all(not name or name in ready for name in node.input):
            _check_acyclic(graph.node, sources)
            raise ModelError(
                f"{label(node)} reads a tensor that only a later node makes",
                hint="sort the nodes topologically, or export the model again",
            )
        ready.update(node.output)


def _check_acyclic(nodes: Sequence[onnx.NodeProto], ready: Iterable[str]) -> None:
    available = set(ready)
    waiting: dict[str, list[int]] = {}
    missing = []
    for index, node in enumerate(nodes):
        names = {name for name in node.input if name and name not in available}
        missing.append(len(names))
        for name in names:
            waiting.setdefault(name, []).append(index)
    free = [index for index, count in enumerate(missing) if count == 0]
    done = 0
    while free:
        index = free.pop()
        done += 1
        for made in nodes[index].output:
            for follower in waiting.pop(made, []) if made else []:
                missing[follower] -= 1
                if missing[follower] == 0:
                    free.append(follower)
    if done < len(nodes):
        stuck = [label(node) for node, count in zip(nodes, missing, strict=True) if count][:8]
        raise ModelError(f"the graph has a cycle through or before {', '.join(stuck)}")


def live_nodes(nodes: Sequence[onnx.NodeProto], outputs: Iterable[str]) -> list[onnx.NodeProto]:
    """The nodes that contribute to `outputs`, in their order."""
    needed = set(outputs)
    kept = []
    for node in reversed(nodes):
        if any(output and output in needed for output in node.output):
            needed.update(reads(node))
            kept.append(node)
    kept.reverse()
    return kept


def reads(node: onnx.NodeProto) -> set[str]:
    """The tensors that a node reads, those that its subgraphs take from outside included."""
    found = {name for name in node.input if name}
    for attribute in node.attribute:
        graphs = [*attribute.graphs, *([attribute.g] if attribute.HasField("g") else [])]
        for graph in graphs:
            made = {value.name for value in graph.input}
            made.update(tensor.name for tensor in graph.initializer)
            for inner in graph.node:
                found |= reads(inner) - made
                made.update(inner.output)
            found |= {value.name for value in graph.output} - made
    return found


def label(node: onnx.NodeProto) -> str:
    """How messages name a node."""
    name = node.name or (node.output[0] if node.output else "")
    return f"node {name!r} ({node.op_type})"


def _unique(names: Sequence[str], what: str) -> set[str]:
    seen: set[str] = set()
    for name in names:
        if name in seen:
            raise ModelError(f"two {what}s are named {name!r}")
        seen.add(name)
    return seen
