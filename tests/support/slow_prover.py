"""A plain prover for tiny models: dense tables, a known tau, nothing clever.

Transparent proofs are deterministic, so this is an oracle for the native prover: with the same tau
the bytes are equal. For attacks it takes false arrays, alters messages before they are absorbed,
and forges: with challenges known beforehand it makes every sumcheck accept a false claim.
"""

from __future__ import annotations

from collections import Counter as Tally
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from modulus.reference.claims import LookupChallenges
from modulus.reference.curve import GENERATOR, encode_point
from modulus.reference.field import batch_inverse, encode, inverse
from modulus.reference.keccak import digest, truncated
from modulus.reference.key import VerifyingKey
from modulus.reference.multilinear import eq_table, evaluate
from modulus.reference.opening import opening_challenges
from modulus.reference.proof import StageMessages, TransparentProof
from modulus.reference.replay import (
    SALT,
    OpeningClaim,
    Statement,
    Transcript,
    new_transcript,
    power_sum,
    round_value,
)
from modulus.reference.verify import bind_statement, statement_digest
from modulus.relations.coordinate import axis_offsets, bits_of, block_bits
from modulus.relations.system import Role
from modulus.schedule.model import LookupGroup, LookupTable
from tests.support.dense import (
    P,
    Summand,
    View,
    divide_by_root,
    evaluate_polynomial,
    group_identity,
    inside,
    interpolate,
    laurent_quotient,
    padded,
    product,
    shape_weights,
    sum_of_products,
)
from tests.support.slow_setup import TAU, FrozenTranscript, commit, dense_rows, dense_tables

Alter = Callable[[str, list[int]], list[int]]
"""Changes a message, named by its label, before it is absorbed."""


@dataclass
class SlowProver:
    """One proof; every field after `arrays` has the honest default."""

    key: VerifyingKey
    arrays: Mapping[int, Sequence[int]]
    """Unpadded values of every tensor that the system declares."""
    context: bytes = bytes(32)
    tau: int = TAU
    transcript: Transcript | None = None
    alter: Alter = lambda _, values: values
    forge: bool = False
    slots: Mapping[tuple[int, int], int] = field(default_factory=dict)
    """Values of single slots, by tensor and index in its block, padding included."""
    public: Sequence[Sequence[int]] | None = None
    """Stated public values, if not those of the arrays."""

    def prove(self) -> TransparentProof:
        schedule = self.schedule = self.key.schedule
        self.sponge = self.transcript or new_transcript(schedule)
        self.tables = dense_tables(schedule, self.arrays)
        self._count_multiplicities()
        for (tensor, index), value in self.slots.items():
            self.tables[tensor][index] = value % P
        self.challenges: list[list[int]] = []
        self.claim_values: list[int] = []
        held = [list(self.arrays[item.tensor]) for item in schedule.public]
        public = held if self.public is None else self.public

        trace = [commit(row, self.tau) for row in dense_rows(schedule, self.tables, (Role.TRACE,))]
        packed = b"".join(map(encode_point, trace))
        h1 = statement_digest(self.key, public, self.context, packed)
        self._absorb("h1", [h1])
        self._absorb("salt", [SALT])
        alpha, beta = self.sponge.squeeze(), self.sponge.squeeze()
        lookup = LookupChallenges(alpha, beta, schedule.columns)
        self._fill_helpers(lookup)
        helpers = [
            commit(row, self.tau) for row in dense_rows(schedule, self.tables, (Role.HELPER,))
        ]
        h2 = truncated(digest("modulus.h2", encode(h1), b"".join(map(encode_point, helpers))))
        self._absorb("h2", [h2])
        lambda_, self.theta = self.sponge.squeeze(), self.sponge.squeeze()

        stages = [self._zero_check(lookup, lambda_)]
        stages += [self._step(number) for number in range(len(schedule.steps))]
        e = power_sum([value for values in public for value in values], h1)
        self._absorb("e", [e])
        reduction, row_values, u = self._reduce(h1, e)
        partial = TransparentProof(
            self.key.digest, public, trace, helpers, GENERATOR, GENERATOR, GENERATOR,
            stages, reduction, row_values, (0, 0, 0, 0),
        )  # fmt: skip
        return self._open(partial, u)

    def _absorb(self, label: str, values: Sequence[int]) -> list[int]:
        said = self.alter(label, list(values))
        for value in said:
            self.sponge.absorb(value)
        return said

    def _column_tables(self, columns: Sequence[object], bits: int) -> list[list[int]]:
        return [self.view.form(column, bits) for column in columns]  # type: ignore[arg-type]

    @property
    def view(self) -> View:
        return View(self.schedule, self.tables, self.challenges, len(self.challenges))

    # Lookups

    def _table_columns(self, table: LookupTable) -> list[list[int]]:
        offsets = axis_offsets(table.shape)
        columns = [
            [
                first + (index >> offset & ((1 << bits_of(extent)) - 1))
                for index in range(1 << block_bits(table.shape))
            ]
            for first, offset, extent in zip(table.offsets, offsets, table.shape, strict=True)
        ]
        return columns + self._column_tables(table.values, block_bits(table.shape))

    def _count_multiplicities(self) -> None:
        """How often each row is looked up; a tuple that is no row counts nowhere."""
        self.challenges = []
        found: Tally[tuple[int, ...]] = Tally()
        for group in self.schedule.groups:
            for lookup in group.lookups:
                columns = self._column_tables(lookup.columns, block_bits(group.shape))
                found.update((lookup.table, *(c[i] for c in columns)) for i in inside(group.shape))
        for number, table in enumerate(self.schedule.tables):
            columns = self._table_columns(table)
            counts = [0] * len(columns[0])
            for index in inside(table.shape):
                counts[index] = found[(number, *(column[index] % P for column in columns))]
            claim = self.schedule.claims[table.multiplicity_claim]
            self.tables.setdefault(claim.tensor, counts)

    def _group_denominators(self, group: LookupGroup, lookup: LookupChallenges) -> list[list[int]]:
        bits = block_bits(group.shape)
        result = []
        for item in group.lookups:
            columns = self._column_tables(item.columns, bits)
            rows = zip(*columns, strict=True)
            result.append([lookup.denominator(row, item.table) for row in rows])
        return result

    def _table_denominators(self, number: int, lookup: LookupChallenges) -> list[int]:
        columns = self._table_columns(self.schedule.tables[number])
        return [lookup.denominator(row, number) for row in zip(*columns, strict=True)]

    def _fill_helpers(self, lookup: LookupChallenges) -> None:
        for group in self.schedule.groups:
            helper = [0] * (1 << block_bits(group.shape))
            for denominators in self._group_denominators(group, lookup):
                inverses = batch_inverse(denominators)
                for index in inside(group.shape):
                    helper[index] = (helper[index] + inverses[index]) % P
            self.tables[self.schedule.claims[group.helper_claim].tensor] = helper
        for number, table in enumerate(self.schedule.tables):
            inverses = batch_inverse(self._table_denominators(number, lookup))
            counts = self.tables[self.schedule.claims[table.multiplicity_claim].tensor]
            helper = [-m * i % P for m, i in zip(counts, inverses, strict=True)]
            self.tables[self.schedule.claims[table.helper_claim].tensor] = helper

    # Sumchecks

    def _rounds(
        self, label: str, summands: Sequence[Summand], variables: int, degree: int, claim: int
    ) -> tuple[list[list[int]], list[int]]:
        rounds = []
        point: list[int] = []
        for variable in reversed(range(variables)):
            samples = [summand.samples(variable, degree) for summand in summands]
            totals = [sum(column) % P for column in zip(*samples, strict=True)]
            coefficients = interpolate(totals or [0] * (degree + 1))
            message = [coefficients[0], *coefficients[2:]]
            if self.forge:
                message = self._forged(message, coefficients, claim)
            message = self._absorb(f"{label} round {variable}", message)
            challenge = self.sponge.squeeze()
            claim = round_value(claim, message, challenge)
            for summand in summands:
                summand.bind(variable, challenge)
            rounds.append(message)
            point.append(challenge)
        return rounds, point[::-1]

    def _forged(self, message: list[int], coefficients: list[int], claim: int) -> list[int]:
        """Shift c_0 so that the message is true at the challenge, whatever the claim is."""
        if not isinstance(self.sponge, FrozenTranscript):
            return message
        challenge = self.sponge.peek()
        missing = evaluate_polynomial(coefficients, challenge)
        missing -= round_value(claim, message, challenge)
        shift = missing * inverse(1 - 2 * challenge)
        return [(message[0] + shift) % P, *message[1:]]

    def _claims(self, stage: int) -> list[int]:
        values = []
        for number in self.schedule.claims_of_stage(stage):
            claim = self.schedule.claims[number]
            point = [self.view.value(coordinate) for coordinate in claim.point]
            values.append(evaluate(self.tables[claim.tensor], point))
        said = self._absorb(f"claims {stage}", values)
        self.claim_values += said
        return said

    def _zero_check(self, lookup: LookupChallenges, lambda_: int) -> StageMessages:
        schedule = self.schedule
        parts: list[tuple[tuple[int, ...], list[list[int]], Callable[[Sequence[int]], int]]] = []
        for relation in schedule.pointwise:
            bits = block_bits(relation.shape)
            factors = [
                self.view.form(factor, bits) for _, item in relation.products for factor in item
            ]
            shape = [(coefficient, len(item)) for coefficient, item in relation.products]
            parts.append((relation.shape, factors, sum_of_products(shape)))
        for group in schedule.groups:
            helper = self.tables[schedule.claims[group.helper_claim].tensor]
            denominators = self._group_denominators(group, lookup)
            parts.append((group.shape, [helper, *denominators], group_identity))
        for number, table in enumerate(schedule.tables):
            helper = self.tables[schedule.claims[table.helper_claim].tensor]
            counts = self.tables[schedule.claims[table.multiplicity_claim].tensor]
            columns = [helper, self._table_denominators(number, lookup), counts]
            parts.append((table.shape, columns, lambda row: row[0] * row[1] + row[2]))
        summands = [
            Summand(
                block_bits(shape),
                [shape_weights(self.theta, shape), *columns],
                lambda row, identity=identity: row[0] * identity(row[1:]) % P,  # type: ignore[misc]
                pow(lambda_, number, P),
            )
            for number, (shape, columns, identity) in enumerate(parts)
        ]
        variables, degree = schedule.zero_check_variables, schedule.zero_check_degree
        rounds, point = self._rounds("stage 0", summands, variables, degree, 0)
        self.challenges.append(point)
        return StageMessages(rounds, self._claims(0))

    def _step(self, number: int) -> StageMessages:
        step = self.schedule.steps[number]
        eta = self.sponge.squeeze()
        target = 0
        summands = []
        for position, instance in enumerate(step.instances):
            scale = pow(eta, position, P)
            offset = self.view.form(instance.offset, 0)[0]
            target += scale * (self.claim_values[instance.claim] - offset)
            for item in instance.summands:
                weights = [1] * (1 << item.variables)
                for coordinate, variable in item.eq:
                    fixed = self.view.value(coordinate)
                    weights = [
                        w * (fixed if i >> variable & 1 else 1 - fixed) % P
                        for i, w in enumerate(weights)
                    ]
                for kernel in item.kernels:
                    values = self.view.kernel(kernel, item.variables)
                    weights = [a * b % P for a, b in zip(weights, values, strict=True)]
                columns = [self.view.form(factor, item.variables) for factor in item.factors]
                summands.append(Summand(item.variables, [weights, *columns], product, scale))
        label = f"stage {number + 1}"
        rounds, point = self._rounds(label, summands, step.variables, step.degree, target % P)
        self.challenges.append(point)
        return StageMessages(rounds, self._claims(number + 1))

    # Reduction and opening

    def _weight_vectors(self, sigma: int, h1: int, e: int) -> tuple[list[list[int]], int]:
        """Dense weights of every row, and the batched target."""
        schedule = self.schedule
        size = 1 << schedule.row_bits
        arena = [0] * (size * len(schedule.row_kinds))
        power, target = 1, 0

        def add(tensor: int, weights: Sequence[int]) -> None:
            start = schedule.tensors[tensor].row * size + schedule.tensors[tensor].offset
            for index, weight in enumerate(weights):
                arena[start + index] = (arena[start + index] + power * weight) % P

        for claim, value in zip(schedule.claims, self.claim_values, strict=True):
            if schedule.tensors[claim.tensor].committed:
                add(claim.tensor, eq_table([self.view.value(c) for c in claim.point]))
                target += power * value
                power = power * sigma % P
        helpers = [group.helper_claim for group in schedule.groups]
        helpers += [table.helper_claim for table in schedule.tables]
        for number in helpers:
            tensor = schedule.claims[number].tensor
            add(tensor, shape_weights(1, schedule.tensors[tensor].shape))
        power = power * sigma % P
        for tensor in schedule.padding:
            shape = schedule.tensors[tensor].shape
            members = set(inside(shape))
            block = range(1 << block_bits(shape))
            add(tensor, [0 if i in members else pow(self.theta, i, P) for i in block])
            power = power * sigma % P
        position = 0
        for public in schedule.public:
            shape = schedule.tensors[public.tensor].shape
            members_in_order = inside(shape)
            powers = [pow(h1, position + k, P) for k in range(len(members_in_order))]
            add(public.tensor, padded(shape, powers))
            position += len(members_in_order)
        target += power * e if schedule.public else 0
        return [arena[b : b + size] for b in range(0, len(arena), size)], target % P

    def _reduce(self, h1: int, e: int) -> tuple[list[list[int]], list[int], list[int]]:
        sigma = self.sponge.squeeze()
        weights, target = self._weight_vectors(sigma, h1, e)
        self.rows = dense_rows(self.schedule, self.tables, tuple(Role))
        bits = self.schedule.row_bits
        summands = [
            Summand(bits, [row[:-1], weight], product)
            for row, weight in zip(self.rows, weights, strict=True)
        ]
        rounds, u = self._rounds("reduction", summands, bits, 2, target)
        self.row_weights = [evaluate(weight, u) for weight in weights]
        values = [evaluate(row[:-1], u) for row in self.rows]
        return rounds, self._absorb("rows", values), u

    def quotient(self, combined: Sequence[int], u: Sequence[int]) -> list[int]:
        """S of the combined row; a prover that cheats at the opening takes another."""
        return laurent_quotient(combined, eq_table(u))

    def _open(self, proof: TransparentProof, u: Sequence[int]) -> TransparentProof:
        self.rho = rho = self.sponge.squeeze()
        combined = [
            sum(pow(rho, b, P) * c for b, c in enumerate(column)) % P
            for column in zip(*self.rows, strict=True)
        ]
        quotient = self.quotient(combined, u)
        proof = replace(proof, s_point=commit(quotient, self.tau))
        statement: Statement = bind_statement(self.key, proof, self.context)
        self._absorb("h3", [statement.h3])
        zeta = self.sponge.squeeze()
        reciprocal = inverse(zeta)
        honest = [
            evaluate_polynomial(polynomial, x)
            for polynomial in (combined, quotient)
            for x in (zeta, reciprocal)
        ]
        openings = self._absorb("openings", honest)
        pin = self.sponge.squeeze()
        claim = OpeningClaim(u, rho, power_sum(proof.row_values, rho), zeta, pin)

        def joined(bb: int) -> list[int]:
            extended = [*quotient, *[0] * (len(combined) - len(quotient))]
            return [(a + bb * b) % P for a, b in zip(combined, extended, strict=True)]

        # bb does not depend on W, which any point stands in for until it is known.
        bb, _ = opening_challenges(statement, claim, openings, GENERATOR)
        polynomial = joined(bb)
        slope, constant = _line(zeta, reciprocal, openings, bb)
        polynomial[0] -= constant
        polynomial[1] -= slope
        w = divide_by_root(divide_by_root(polynomial, zeta), reciprocal)
        w_point = commit(w, self.tau)
        _, zz = opening_challenges(statement, claim, openings, w_point)
        vanishing = (zz - zeta) * (zz - reciprocal) % P
        remainder = joined(bb)
        for index, coefficient in enumerate(w):
            remainder[index] = (remainder[index] - vanishing * coefficient) % P
        # The constant I(zz) only changes the remainder of the division, which is zero with it.
        w_prime = divide_by_root(remainder, zz)
        return replace(
            proof,
            w_point=w_point,
            w_prime_point=commit(w_prime, self.tau),
            openings=openings,
        )


def _line(zeta: int, reciprocal: int, openings: Sequence[int], bb: int) -> tuple[int, int]:
    """Slope and constant of I, the line through the opened values."""
    a1, a2, s1, s2 = openings
    first, second = a1 + bb * s1, a2 + bb * s2
    slope = (first - second) * inverse(zeta - reciprocal) % P
    return slope, (first - slope * zeta) % P
