"""Consistency of a schedule that came from a file: nothing in it may surprise an interpreter.

Afterwards every index is in range, every challenge and claim is there before it is used, every
polynomial has the stated degree, every claim on a virtual tensor is resolved, every committed
tensor has slots of its own, and the work of a verifier is bounded by the schedule's length.
What the relations mean is not judged here: for that the schedule is rebuilt from its system.

Source:
    docs/spec/schedule.md sections 1 to 5.
"""

from collections.abc import Iterable, Iterator
from itertools import pairwise

from modulus.errors import ArtifactError
from modulus.relations.coordinate import block_bits, challenge
from modulus.relations.form import Form
from modulus.relations.system import Role
from modulus.schedule.automaton import check_work
from modulus.schedule.layout import MAX_ROW_BITS, MIN_ROW_BITS
from modulus.schedule.model import (
    LOOKUPS_PER_GROUP,
    ROW_KINDS,
    Instance,
    PlacedTensor,
    Schedule,
    StepSummand,
)
from modulus.schedule.validate_forms import FormRules

MAX_BLOCK_BITS = 64
"""No tensor has more entries, virtual ones included."""

PUBLIC_WIDTHS = (1, 2, 4, 8)

_PADDED_ROLES = (Role.TABLE, Role.WEIGHT, Role.PORT, Role.TRACE)


def validate_schedule(schedule: Schedule) -> None:
    """Check a schedule.

    Raises:
        ArtifactError: It is inconsistent; the message names the place.
    """
    _check_rows(schedule)
    _check_layout(schedule)
    _check_claims(schedule)
    _check_zero_check(schedule)
    for number in range(len(schedule.steps)):
        _check_step(schedule, number)
    _check_resolution(schedule)
    check_work(schedule.kernels())
    _check_public(schedule)


def _require(condition: bool, where: str, detail: str) -> None:
    if not condition:
        raise ArtifactError(f"schedule: {where}: {detail}")


def _check_rows(schedule: Schedule) -> None:
    _require(
        MIN_ROW_BITS <= schedule.row_bits <= MAX_ROW_BITS,
        "rows",
        f"2^{schedule.row_bits} slots a row",
    )
    order = [ROW_KINDS.index(kind) for kind in schedule.row_kinds]
    _require(order == sorted(order), "rows", "row kinds are not in order")
    _require(Role.HELPER in schedule.row_kinds, "rows", "there is no helper row")


def _check_layout(schedule: Schedule) -> None:
    spans: list[tuple[int, int]] = []
    for number, tensor in enumerate(schedule.tensors):
        where = f"tensor {number}"
        _require(tensor.bits <= MAX_BLOCK_BITS, where, f"2^{tensor.bits} entries are too many")
        _require(tensor.low <= tensor.high, where, "empty range")
        if tensor.committed:
            spans.append(_span(schedule, tensor, where))
        else:
            _require(tensor.row == tensor.offset == 0, where, "a virtual tensor has no place")
    spans.sort()
    for (_, end), (start, _) in pairwise(spans):
        _require(end <= start, "layout", "two blocks overlap")


def _span(schedule: Schedule, tensor: PlacedTensor, where: str) -> tuple[int, int]:
    """Slots of a committed tensor, counted over all rows."""
    size = 1 << tensor.bits
    row_size = 1 << schedule.row_bits
    last_row = tensor.row + max(size // row_size, 1) - 1
    kind = Role.TRACE if tensor.role is Role.MULTIPLICITY else tensor.role
    _require(last_row < len(schedule.row_kinds), where, f"row {last_row} does not exist")
    _require(
        all(found is kind for found in schedule.row_kinds[tensor.row : last_row + 1]),
        where,
        "lies in rows of another kind",
    )
    aligned = tensor.offset % size == 0 if size <= row_size else tensor.offset == 0
    _require(aligned and tensor.offset < row_size, where, f"misplaced at slot {tensor.offset}")
    # Its owner committed to it alone, from slot 0 on.
    is_port = tensor.role is Role.PORT
    _require(not is_port or tensor.offset == 0, where, "does not begin its row")
    start = tensor.row * row_size + tensor.offset
    return start, start + size


def _check_claims(schedule: Schedule) -> None:
    seen = set()
    previous = 0
    for number, claim in enumerate(schedule.claims):
        where = f"claim {number}"
        _require(claim.tensor < len(schedule.tensors), where, f"no tensor {claim.tensor}")
        _require(previous <= claim.stage <= len(schedule.steps), where, "stages are not in order")
        previous = claim.stage
        bits = schedule.tensors[claim.tensor].bits
        _require(len(claim.point) == bits, where, f"{len(claim.point)} coordinates for {bits} bits")
        rules = FormRules(schedule, claim.stage, _stage_variables(schedule, claim.stage), where)
        rules.once(rules.own_variables(claim.point))
        key = (claim.tensor, claim.point)
        _require(key not in seen, where, "is stated twice")
        seen.add(key)


def _stage_variables(schedule: Schedule, stage: int) -> int:
    return schedule.zero_check_variables if stage == 0 else schedule.steps[stage - 1].variables


def _check_zero_check(schedule: Schedule) -> None:
    shapes = []
    degrees = []
    for number, relation in enumerate(schedule.pointwise):
        forms = [factor for _, factors in relation.products for factor in factors]
        _check_identity_forms(schedule, relation.shape, forms, f"pointwise identity {number}")
        shapes.append(relation.shape)
        degrees.append(max((len(factors) for _, factors in relation.products), default=0))
    for number, group in enumerate(schedule.groups):
        where = f"lookup group {number}"
        _require(1 <= len(group.lookups) <= LOOKUPS_PER_GROUP, where, "1 to 4 lookups a group")
        _check_identity_forms(schedule, group.shape, _group_forms(schedule, number), where)
        _check_own_claim(schedule, group.helper_claim, group.shape, Role.HELPER, where)
        shapes.append(group.shape)
        degrees.append(1 + len(group.lookups))
    for number, table in enumerate(schedule.tables):
        where = f"table {number}"
        _require(len(table.offsets) == len(table.shape), where, "one offset per axis is needed")
        _check_identity_forms(schedule, table.shape, table.values, where)
        claim = table.multiplicity_claim
        _check_own_claim(schedule, claim, table.shape, Role.MULTIPLICITY, where)
        _check_own_claim(schedule, table.helper_claim, table.shape, Role.HELPER, where)
        shapes.append(table.shape)
        degrees.append(2)
    columns = max((len(t.offsets) + len(t.values) for t in schedule.tables), default=0)
    variables = max((block_bits(shape) for shape in shapes), default=0)
    _require(schedule.columns == columns, "tables", f"{columns} columns are needed")
    _require(schedule.zero_check_variables == variables, "zero-check", f"{variables} variables")
    degree = 1 + max(degrees, default=1)
    _require(schedule.zero_check_degree == degree, "zero-check", f"the degree is {degree}")
    # Attack: a helper column shared by two identities would let one lookup pay for another.
    own = [group.helper_claim for group in schedule.groups]
    own += [number for t in schedule.tables for number in (t.helper_claim, t.multiplicity_claim)]
    tensors = [schedule.claims[number].tensor for number in own]
    _require(len(set(tensors)) == len(tensors), "lookups", "helper columns are shared")


def _group_forms(schedule: Schedule, number: int) -> Iterator[Form]:
    for lookup in schedule.groups[number].lookups:
        where = f"lookup group {number}"
        _require(lookup.table < len(schedule.tables), where, f"no table {lookup.table}")
        table = schedule.tables[lookup.table]
        columns = len(table.offsets) + len(table.values)
        _require(len(lookup.columns) == columns, where, f"{columns} columns are needed")
        yield from lookup.columns


def _check_identity_forms(
    schedule: Schedule, shape: tuple[int, ...], forms: Iterable[Form], where: str
) -> None:
    bits = block_bits(shape)
    _require(bits <= schedule.zero_check_variables, where, "has more variables than its stage")
    rules = FormRules(schedule, 0, bits, where)
    for form in forms:
        rules.check_factor(form)


def _check_own_claim(
    schedule: Schedule, number: int, shape: tuple[int, ...], role: Role, where: str
) -> None:
    _require(number < len(schedule.claims), where, f"no claim {number}")
    claim = schedule.claims[number]
    tensor = schedule.tensors[claim.tensor]
    _require(tensor.role is role and tensor.shape == shape, where, f"claim {number} does not fit")
    plain = tuple(challenge(0, bit) for bit in range(block_bits(shape)))
    _require(claim.point == plain, where, f"claim {number} is at another point")


def _check_step(schedule: Schedule, number: int) -> None:
    step = schedule.steps[number]
    stage = number + 1
    where = f"step {number}"
    for instance in step.instances:
        _check_instance(schedule, instance, stage, where)
    summands = [summand for instance in step.instances for summand in instance.summands]
    variables = max((summand.variables for summand in summands), default=0)
    degree = max((_summand_degree(summand) for summand in summands), default=1)
    _require(step.variables == variables, where, f"{variables} variables are needed")
    _require(step.degree == degree >= 1, where, f"the degree is {degree}")


def _summand_degree(summand: StepSummand) -> int:
    return len(summand.factors) + (1 if summand.eq or summand.kernels else 0)


def _check_instance(schedule: Schedule, instance: Instance, stage: int, where: str) -> None:
    claims = schedule.claims
    _require(instance.claim < len(claims), where, f"no claim {instance.claim}")
    claim = claims[instance.claim]
    _require(claim.stage < stage, where, f"claim {instance.claim} comes too late")
    _require(
        schedule.tensors[claim.tensor].role is Role.VIRTUAL,
        where,
        f"claim {instance.claim} is on a committed tensor",
    )
    FormRules(schedule, stage, 0, where).check_offset(instance.offset)
    for summand in instance.summands:
        variables = summand.variables
        _require(variables <= MAX_BLOCK_BITS, where, f"a sum over 2^{variables} indices")
        rules = FormRules(schedule, stage, variables, where)
        for coordinate, variable in summand.eq:
            rules.fixed((coordinate,))
            _require(variable < variables, where, f"no variable {variable}")
        bound = [variable for _, variable in summand.eq]
        for kernel in summand.kernels:
            rules.check_kernel(kernel)
            for part in kernel.parts:
                bound += rules.own_variables(part.coordinates)
        rules.once(bound)
        for factor in summand.factors:
            rules.check_factor(factor)


def _check_resolution(schedule: Schedule) -> None:
    """Every claim on a virtual tensor is unfolded exactly once, so all claims reach the opening."""
    virtual = [
        number
        for number, claim in enumerate(schedule.claims)
        if not schedule.tensors[claim.tensor].committed
    ]
    unfolded = [instance.claim for step in schedule.steps for instance in step.instances]
    _require(sorted(unfolded) == virtual, "steps", "not every virtual claim is unfolded once")


def _check_public(schedule: Schedule) -> None:
    for number, item in enumerate(schedule.public):
        where = f"public tensor {number}"
        _require(item.tensor < len(schedule.tensors), where, f"no tensor {item.tensor}")
        tensor = schedule.tensors[item.tensor]
        _require(tensor.role is Role.TRACE, where, "is not committed in the trace")
        _require(item.width in PUBLIC_WIDTHS, where, f"width {item.width}")
        half = 1 << (8 * item.width - 1)
        _require(-half <= tensor.low and tensor.high < half, where, "does not fit its width")
    sides = [item.is_output for item in schedule.public]
    _require(sides == sorted(sides), "public tensors", "inputs come before outputs")
    padded = tuple(
        number
        for number, tensor in enumerate(schedule.tensors)
        if tensor.role in _PADDED_ROLES and any(extent & (extent - 1) for extent in tensor.shape)
    )
    # Attack: a padding slot that is not enforced to be zero is a free witness.
    _require(schedule.padding == padded, "padding", "the list of padded tensors is not complete")
