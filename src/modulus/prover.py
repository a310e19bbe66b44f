"""Compiled models: the integer graph with its keys, and the proofs it makes."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from types import MappingProxyType
from typing import Any, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray

from modulus import artifacts, seals, srs
from modulus._native import Circuit, Sealer, prove_sealed
from modulus._native import prove as prove_transparently
from modulus.arrays import Inputs, contiguous, named_arrays
from modulus.committing import (
    Openings,
    blinds_in_row_order,
    check_opening,
    check_outputs,
    committed_port,
    committed_ports,
    named_openings,
    openings_of_inputs,
)
from modulus.errors import ArtifactError, VisibilityError, WitnessError
from modulus.files import write_atomically
from modulus.ir import store
from modulus.ir.evaluate import Integers
from modulus.ir.graph import Graph, Numbers, Port, Trace, Visibility
from modulus.openings import Opening
from modulus.progress import ProgressCallback, on_terminal
from modulus.relations.codec import encode_system
from modulus.relations.system import Role
from modulus.resources import check_memory
from modulus.schedule.cost import schedule_costs
from modulus.schedule.model import Schedule
from modulus.verifier import VerifyingKey, padded_context, read_header

NO_INPUTS: Mapping[str, ArrayLike] = MappingProxyType({})

_PROVER_ROLES = (Role.TABLE, Role.WEIGHT, Role.PORT, Role.TRACE, Role.VIRTUAL)
"""Tensors whose integers the native prover is given; it makes the others itself."""


class NotZeroKnowledgeWarning(UserWarning):
    """A transparent proof reveals evaluations of tensors that were meant to stay private."""


@dataclass(frozen=True, slots=True)
class Proof:
    """A proof as bytes (docs/spec/seal.md, section 4; docs/spec/schedule.md, section 7)."""

    data: bytes = field(repr=False)

    def __bytes__(self) -> bytes:
        return self.data

    def __len__(self) -> int:
        return len(self.data)

    @property
    def transparent(self) -> bool:
        """Whether it is a transparent proof, which is not zero-knowledge."""
        return read_header(self.data).transparent

    def save(self, path: str | Path) -> None:
        """Write the proof; a failed write leaves an existing file unchanged."""
        artifacts.write_proof(Path(path), self.data)

    @classmethod
    def load(cls, path: str | Path) -> Self:
        """Read a proof.

        Raises:
            FileNotFoundError: There is no such file.
            ArtifactError: It is another kind of file.
        """
        return cls(artifacts.read_proof(Path(path)))


@dataclass(frozen=True)
class CompiledModel:
    """A model in integers, ready to prove."""

    graph: Graph
    verifying_key: VerifyingKey
    report: Mapping[str, Any] = field(default_factory=dict, repr=False)
    """How close the integers are to the float model, and what proving costs."""
    srs_path: Path | None = None
    """Take the powers of tau from this file instead of the cache."""
    weight_blinds: bytes = field(default=b"", repr=False)
    """Secret coefficients that hide the weights' commitments; none for public weights."""
    seal_folder: Path | None = None
    """Look for the seal's proving key in this folder before the cache."""
    held_sealer: Sealer | None = field(default=None, repr=False, compare=False)
    """The seal's proving key if it is in memory already."""
    recipe: str | None = field(default=None, repr=False, compare=False)
    """How the model was compiled, for everybody, as JSON; none where the weights are private."""

    @property
    def weights_private(self) -> bool:
        """Whether the weights' commitments are blinded."""
        return bool(self.weight_blinds)

    @cached_property
    def sealer(self) -> Sealer:
        """The seal's proving key, read when it is first needed.

        Raises:
            VisibilityError: The model was compiled for transparent proofs only.
            ArtifactError: The key is missing, damaged, or another one.
        """
        if self.held_sealer is not None:
            return self.held_sealer
        key = self.verifying_key
        if key.seal is None:
            raise VisibilityError(
                "the model was compiled for transparent proofs only",
                hint="pass transparent=True (--transparent), or compile without transparent_only",
            )
        return seals.for_proving(Circuit(key.schedule_bytes), key.seal, self.seal_folder)

    def run(self, inputs: Inputs) -> dict[str, Numbers]:
        """Execute in integers, without proving, and return real outputs by name.

        Outputs of scale one are integers, such as labels.

        Raises:
            WitnessError: The inputs cannot be proven: missing, misshapen or out of range.
        """
        return self.graph.run(self.named_inputs(inputs))

    def commit(self, inputs: Inputs, name: str | None = None) -> Opening:
        """Commit to a committed input, once for any number of proofs.

        Every model that has an input of this shape and scale, over the same powers of tau, can
        read it. What is returned is secret; its `commitment` is public.

        Args:
            inputs: Real numbers, as the float model takes them, by name or as one array.
            name: The input, if several are committed.

        Raises:
            VisibilityError: The model has no such committed input.
            WitnessError: The values cannot be proven.
            SrsError: The powers of tau that the key names are not on this machine.
        """
        port = committed_port(committed_ports(self.graph, outputs=False), name, "input")
        arrays = named_arrays([port.name], inputs)
        if port.name not in arrays:
            raise WitnessError(f"there is no input {port.name} among {', '.join(arrays)}")
        integers = self.graph.quantize_input(port, arrays[port.name])
        return self._opening(port, integers)

    def commit_output(
        self,
        inputs: Inputs = NO_INPUTS,
        openings: Openings | None = None,
        name: str | None = None,
    ) -> Opening:
        """Execute, and commit to a committed output, for `prove` and for whoever reads it next.

        Args:
            inputs: Real numbers of the inputs that are not committed.
            openings: Of the committed inputs.
            name: The output, if several are committed.

        Raises:
            As `commit`.
        """
        port = committed_port(committed_ports(self.graph, inputs=False), name, "output")
        trace = self._execute(inputs, openings_of_inputs(self.graph, openings))
        return self._opening(port, trace.value(port.value))

    def _opening(self, port: Port, integers: Integers) -> Opening:
        key = self.verifying_key
        row_bits = key.schedule.row_bits
        powers = srs.for_proving(key.srs_id, row_bits, self.srs_path)
        return Opening.make(integers, port.value.scale, powers, row_bits)

    def _execute(self, inputs: Inputs, openings: Mapping[str, Opening]) -> Trace:
        """Run the graph; `openings` are those of the committed inputs."""
        known = {name: opening.integers for name, opening in openings.items()}
        names = [port.name for port in self.graph.inputs if port.name not in known]
        reals = named_arrays(names, inputs)
        return self.graph.execute(self.graph.quantize_inputs(reals, known))

    def prove(
        self,
        inputs: Inputs = NO_INPUTS,
        *,
        openings: Openings | None = None,
        context: bytes = b"",
        transparent: bool = False,
        progress: ProgressCallback | None = None,
    ) -> Proof:
        """Prove one inference.

        The proof is sealed: it is zero-knowledge and reveals the public values and nothing else.
        Two proofs of the same inference have nothing in common.

        Args:
            inputs: Real numbers, as the float model takes them, of all inputs but committed ones.
            openings: Of committed inputs and outputs, by name; one alone is enough if the model has
                one. `commit` and `commit_output` make them.
            context: Up to 32 bytes that the proof is bound to, such as a request's digest;
                verifying with another context fails. Shorter ones are filled with zeros on the
                right.
            transparent: Make a proof that is not zero-knowledge, for development and for models
                whose weights are public.
            progress: Called with stage and fraction; by default a bar on a terminal.

        Raises:
            VisibilityError: A transparent proof is asked for although something is hidden, a sealed
                one of a model that was compiled without a seal, or an opening is missing.
            ArtifactError: The seal's proving key is missing or damaged, or an opening is.
            WitnessError: The inputs cannot be proven, or an opening is of something else.
            SrsError: The powers of tau that the key names are not on this machine.
            ResourceError: There is not enough memory.
        """
        bound = padded_context(context)
        if transparent:
            self._check_transparent()
        sealer = None if transparent else self.sealer
        schedule = self.verifying_key.schedule
        check_memory(schedule_costs(schedule).prove_memory_bytes, "proving")
        opened = named_openings(self.graph, openings)
        powers = srs.for_proving(self.verifying_key.srs_id, schedule.row_bits, self.srs_path)
        for name, port in committed_ports(self.graph).items():
            check_opening(port, opened[name], powers, schedule.row_bits)
        trace = self._execute(inputs, openings_of_inputs(self.graph, opened))
        check_outputs(self.graph, opened, trace)
        tensors = _prover_tensors(schedule, trace.arrays)
        with on_terminal("proving") as bar:
            key = self.verifying_key.encode()
            report = progress or bar
            if sealer is None:
                return Proof(prove_transparently(key, powers, tensors, bound, report))
            blinds = self.weight_blinds, blinds_in_row_order(self.graph, opened)
            return Proof(prove_sealed(key, sealer, powers, tensors, *blinds, bound, report))

    def named_inputs(self, inputs: Inputs) -> dict[str, NDArray[np.float64]]:
        """Return inputs by name as float64 arrays.

        Raises:
            WitnessError: They are no numbers, or one array is given for several inputs.
        """
        return named_arrays([port.name for port in self.graph.inputs], inputs)

    @cached_property
    def proving_key(self) -> dict[str, bytes]:
        """The sections of proving.key. They hold the weights and what hides them."""
        return {
            "verifying key": self.verifying_key.encode(),
            "graph": store.dump(self.graph),
            "weight blinds": self.weight_blinds,
        }

    def save(self, folder: str | Path) -> None:
        """Write the keys, the seal's and report.json into a folder, which is made if needed.

        Raises:
            ArtifactError: Something cannot be written; each file is replaced whole or not at all.
        """
        target = Path(folder)
        try:
            target.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise ArtifactError(f"cannot make the folder {target}: {error.strerror}") from error
        if self.verifying_key.seal is not None:
            seals.write(target / seals.SEAL_KEY, self.sealer)
        artifacts.write_proving_key(target / artifacts.PROVING_KEY, self.proving_key)
        artifacts.write_verifying_key(target / artifacts.VERIFYING_KEY, self.verifying_key)
        artifacts.write_report(target / artifacts.REPORT, self.report)
        recipe = target / artifacts.RECIPE
        if self.recipe is not None:
            write_atomically(recipe, (self.recipe.encode(),), private=False)
        elif self.weights_private:
            # That of an earlier model in this folder would tell of weights that are private now.
            recipe.unlink(missing_ok=True)

    @classmethod
    def load(cls, folder: str | Path, *, srs_path: Path | None = None) -> Self:
        """Read what `save` wrote.

        Raises:
            FileNotFoundError: There is no proving key.
            ArtifactError: The proving key is damaged, of another version, or inconsistent.
        """
        path = Path(folder) / artifacts.PROVING_KEY
        sections = artifacts.read_proving_key(path)
        key = VerifyingKey.decode(artifacts.section(sections, "verifying key", path), str(path))
        graph = store.load(artifacts.section(sections, "graph", path))
        if encode_system(graph.relations()) != key.system_bytes:
            raise ArtifactError(
                f"{path}: graph and verifying key belong to different models",
                hint="compile the model again",
            )
        report_path = Path(folder) / artifacts.REPORT
        report = artifacts.read_report(report_path) if report_path.exists() else {}
        blinds = artifacts.section(sections, "weight blinds", path)
        return cls(graph, key, report, srs_path, blinds, Path(folder))

    def _check_transparent(self) -> None:
        """Refuse to give private weights away, and warn of what else would be revealed."""
        if self.weights_private:
            raise VisibilityError(
                "a transparent proof would reveal evaluations of the private weights, from which "
                "they can be recovered",
                hint="make a sealed proof: leave out transparent=True (--transparent)",
            )
        if committed_ports(self.graph):
            raise VisibilityError(
                "a model with committed inputs or outputs has no transparent proofs",
                hint="make a sealed proof: leave out transparent=True (--transparent)",
            )
        private = [p.name for p in self.graph.inputs if p.visibility is not Visibility.PUBLIC]
        if private:
            warnings.warn(
                f"this transparent proof is not zero-knowledge: it reveals evaluations of the "
                f"private inputs {', '.join(private)}, from which small inputs can be recovered. "
                "Do not hand it to anyone who must not learn them.",
                NotZeroKnowledgeWarning,
                stacklevel=4,
            )


def _prover_tensors(schedule: Schedule, arrays: Mapping[int, Integers]) -> dict[int, Integers]:
    return {
        number: contiguous(arrays[number])
        for number, tensor in enumerate(schedule.tensors)
        if tensor.role in _PROVER_ROLES
    }
