"""What a form or a kernel of a schedule may refer to, seen from one place in it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from modulus.errors import ArtifactError
from modulus.relations.coordinate import Coordinate, CoordinateKind
from modulus.relations.form import ClaimAtom, Counter, Form, Kernel, One, Term
from modulus.schedule.automaton import fits
from modulus.schedule.model import Schedule


@dataclass(frozen=True, slots=True)
class FormRules:
    """Checks from the view of a stage of which `variables` variables are free."""

    schedule: Schedule
    stage: int
    variables: int
    where: str

    def check_factor(self, form: Form) -> None:
        """Check a factor or a column: multilinear in the free variables, without kernels.

        Raises:
            ArtifactError: The form breaks a rule.
        """
        for term in form.terms:
            if term.kernels:
                raise self.fail("kernels belong into offsets")
            self._check_term(term)

    def check_offset(self, form: Form) -> None:
        """Check an offset: fixed before the stage, and free of claims.

        Attack: an offset enters the claimed sum before the stage's claims are absorbed; a prover
        who chose such a claim afterwards could meet any sum.

        Raises:
            ArtifactError: The form breaks a rule.
        """
        for term in form.terms:
            if isinstance(term.atom, ClaimAtom):
                raise self.fail("an offset refers to a claim")
            self._check_term(term)
            for kernel in term.kernels:
                self.check_kernel(kernel)
                for part in kernel.parts:
                    self.fixed(part.coordinates)

    def check_kernel(self, kernel: Kernel) -> None:
        """Check that a kernel's automaton stays small; an empty kernel is a constant.

        Raises:
            ArtifactError: The kernel breaks a rule.
        """
        if kernel.parts and not fits(kernel):
            raise self.fail("a kernel is too large to evaluate")

    def own_variables(self, coordinates: Iterable[Coordinate]) -> list[int]:
        """Variables of this stage among coordinates that may also be fixed.

        Raises:
            ArtifactError: A coordinate does not exist yet.
        """
        own = []
        for coordinate in coordinates:
            if coordinate.kind is CoordinateKind.LOCAL:
                raise self.fail("a schedule has no local coordinates")
            if coordinate.kind is not CoordinateKind.CHALLENGE:
                continue
            if coordinate.stage == self.stage:
                if coordinate.variable >= self.variables:
                    raise self.fail(f"variable {coordinate.variable} is not free here")
                own.append(coordinate.variable)
            elif not self._exists(coordinate):
                raise self.fail(f"no challenge {coordinate.variable} of stage {coordinate.stage}")
        return own

    def fixed(self, coordinates: Iterable[Coordinate]) -> None:
        """Check that no coordinate is a variable of this stage.

        Raises:
            ArtifactError: One is, or does not exist yet.
        """
        if self.own_variables(coordinates):
            raise self.fail("a coordinate is not fixed before its stage")

    def once(self, variables: Sequence[int]) -> None:
        """Check that no variable occurs twice, so that a product is multilinear.

        Raises:
            ArtifactError: One does.
        """
        if len(set(variables)) != len(variables):
            raise self.fail("a variable occurs twice in one product")

    def fail(self, detail: str) -> ArtifactError:
        """Return the error of this place."""
        return ArtifactError(f"schedule: {self.where}: {detail}")

    def _exists(self, coordinate: Coordinate) -> bool:
        if coordinate.stage > self.stage:
            return False
        if coordinate.stage == 0:
            return coordinate.variable < self.schedule.zero_check_variables
        return coordinate.variable < self.schedule.steps[coordinate.stage - 1].variables

    def _check_term(self, term: Term) -> None:
        bound = [
            variable for item in term.selectors for variable in self.own_variables(item.coordinates)
        ]
        atom = term.atom
        if isinstance(atom, ClaimAtom):
            if atom.claim >= len(self.schedule.claims):
                raise self.fail(f"no claim {atom.claim}")
            claim = self.schedule.claims[atom.claim]
            if claim.stage > self.stage:
                raise self.fail(f"claim {atom.claim} comes too late")
            bound += self.own_variables(claim.point)
        elif isinstance(atom, Counter):
            bound += self.own_variables(atom.coordinates)
        elif not isinstance(atom, One):
            raise self.fail("a form of a schedule refers to a tensor")
        self.once(bound)
