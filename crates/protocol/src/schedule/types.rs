//! Data of a schedule.

use std::ops::Range;

use modulus_sumcheck::bits;

/// What a commitment row holds; rows are sorted by kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum RowKind {
    /// Fixed function tables, public.
    Table,
    /// Weights, fixed per model.
    Weight,
    /// A committed input or output: its owner made the commitment, before the proof.
    Port,
    /// Values of one execution.
    Trace,
    /// LogUp helper columns.
    Helper,
}

/// Where the values of a tensor come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum TensorKind {
    /// A fixed function table.
    Table,
    /// Fixed per model.
    Weight,
    /// A committed input or output.
    Port,
    /// A value of one execution.
    Trace,
    /// How often each table row is looked up; lives in trace rows.
    Multiplicity,
    /// A LogUp helper column.
    Helper,
    /// Never committed, only claimed.
    Virtual,
}

impl TensorKind {
    /// The rows that hold tensors of this kind, or nothing for virtual ones.
    #[must_use]
    pub fn row_kind(self) -> Option<RowKind> {
        match self {
            Self::Table => Some(RowKind::Table),
            Self::Weight => Some(RowKind::Weight),
            Self::Port => Some(RowKind::Port),
            Self::Trace | Self::Multiplicity => Some(RowKind::Trace),
            Self::Helper => Some(RowKind::Helper),
            Self::Virtual => None,
        }
    }
}

/// One tensor of the program.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tensor {
    /// Origin.
    pub kind: TensorKind,
    /// Extents, outermost first.
    pub shape: Vec<usize>,
    /// Smallest declared value.
    pub low: i64,
    /// Largest declared value.
    pub high: i64,
    /// First row of its block.
    pub row: usize,
    /// First slot of its block in that row.
    pub offset: usize,
}

impl Tensor {
    /// Bits of the padded block.
    #[must_use]
    pub fn block_bits(&self) -> usize {
        block_bits(&self.shape)
    }

    /// Entries inside the shape.
    #[must_use]
    pub fn size(&self) -> usize {
        self.shape.iter().product()
    }
}

/// Bits of the padded block of a shape.
#[must_use]
pub fn block_bits(shape: &[usize]) -> usize {
    shape.iter().map(|extent| bits(*extent)).sum()
}

/// Block bits of each axis, outermost first.
#[must_use]
pub fn axis_bits(shape: &[usize]) -> Vec<Range<usize>> {
    let mut end = block_bits(shape);
    shape
        .iter()
        .map(|extent| {
            let start = end - bits(*extent);
            let range = start..end;
            end = start;
            range
        })
        .collect()
}

/// One coordinate of a point.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Coordinate {
    /// The constant 0.
    Zero,
    /// The constant 1.
    One,
    /// The constant 1/2.
    Half,
    /// A round challenge.
    Challenge {
        /// Stage whose sumcheck drew it.
        stage: usize,
        /// Variable it binds.
        variable: usize,
    },
}

impl Coordinate {
    /// The variable of the given stage that this coordinate is, if it is one.
    #[must_use]
    pub fn variable_of(self, stage: usize) -> Option<usize> {
        match self {
            Self::Challenge {
                stage: own,
                variable,
            } if own == stage => Some(variable),
            _ => None,
        }
    }
}

/// "The extension of this tensor at this point has the absorbed value."
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claim {
    /// Index of the tensor.
    pub tensor: usize,
    /// Stage whose messages carry the value.
    pub stage: usize,
    /// One coordinate per block bit, lowest first.
    pub point: Vec<Coordinate>,
}

/// Extension of `[index < extent]`.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Selector {
    /// Number of selected indices.
    pub extent: usize,
    /// Exactly `bits(extent)` coordinates.
    pub coordinates: Vec<Coordinate>,
}

/// One index variable of a kernel.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct KernelPart {
    /// Factor of the index in the kernel's equation.
    pub coefficient: i64,
    /// Values the index takes.
    pub extent: usize,
    /// Exactly `bits(extent)` coordinates.
    pub coordinates: Vec<Coordinate>,
}

/// Sum over index tuples that solve an affine equation; see [`modulus_sumcheck::kernel`].
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Kernel {
    /// Constant of the equation.
    pub constant: i64,
    /// Its index variables.
    pub parts: Vec<KernelPart>,
}

/// The last factor of a term.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Atom {
    /// The constant 1.
    One,
    /// The value of a claim.
    Claim(usize),
    /// The index that the coordinates spell.
    Counter(Vec<Coordinate>),
}

/// Coefficient times selectors times kernels times atom.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Term {
    /// Constant factor.
    pub coefficient: i64,
    /// Selector factors.
    pub selectors: Vec<Selector>,
    /// Kernel factors; only in offset forms.
    pub kernels: Vec<Kernel>,
    /// Last factor.
    pub atom: Atom,
}

/// A sum of terms.
pub type Form = Vec<Term>;

/// A product in a pointwise relation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Product {
    /// Constant factor.
    pub coefficient: i64,
    /// Multilinear factors.
    pub factors: Vec<Form>,
}

/// A sum of products that vanishes on every index of a shape.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pointwise {
    /// Indices on which it vanishes.
    pub shape: Vec<usize>,
    /// The products.
    pub products: Vec<Product>,
}

/// One lookup of tuples in a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lookup {
    /// Index among the tables.
    pub table: usize,
    /// Index columns, then value columns.
    pub columns: Vec<Form>,
}

/// Up to four lookups of one shape that share a helper column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LookupGroup {
    /// Indices on which tuples are looked up.
    pub shape: Vec<usize>,
    /// Claim on the helper column.
    pub helper_claim: usize,
    /// The lookups.
    pub lookups: Vec<Lookup>,
}

/// One lookup table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Table {
    /// Extents of its index columns.
    pub shape: Vec<usize>,
    /// Value of each index column at index 0.
    pub offsets: Vec<i64>,
    /// Value columns.
    pub values: Vec<Form>,
    /// Claim on the multiplicities.
    pub multiplicity_claim: usize,
    /// Claim on the helper column.
    pub helper_claim: usize,
}

/// A product summed over the hypercube of a step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Summand {
    /// Variables of the step that it uses, from variable 0.
    pub variables: usize,
    /// Equality factors of a fixed coordinate and a variable.
    pub eq: Vec<(Coordinate, usize)>,
    /// Kernel factors.
    pub kernels: Vec<Kernel>,
    /// Multilinear factors.
    pub factors: Vec<Form>,
}

/// A claim that a step reduces: `claim - offset = sum over its summands`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Instance {
    /// The claim, of an earlier stage.
    pub claim: usize,
    /// The part that needs no sum.
    pub offset: Form,
    /// The sums.
    pub summands: Vec<Summand>,
}

/// One batched sumcheck after the zero-check.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// Rounds.
    pub variables: usize,
    /// Degree of each round.
    pub degree: usize,
    /// Claims it reduces.
    pub instances: Vec<Instance>,
}

/// A tensor whose values are part of the statement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Public {
    /// Index of the tensor.
    pub tensor: usize,
    /// Bytes of each value.
    pub width: usize,
    /// Whether it is an output; inputs come first.
    pub is_output: bool,
}

/// The straight-line program of one model.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Schedule {
    /// Base-two logarithm of the slots in a row.
    pub row_bits: usize,
    /// Kind of every row, ascending.
    pub row_kinds: Vec<RowKind>,
    /// All tensors.
    pub tensors: Vec<Tensor>,
    /// Columns of the widest lookup; the power of beta at which tags stand.
    pub columns: usize,
    /// All claims in order of absorption.
    pub claims: Vec<Claim>,
    /// Rounds of the zero-check.
    pub zero_check_variables: usize,
    /// Degree of its rounds.
    pub zero_check_degree: usize,
    /// Identities that vanish on their shape.
    pub pointwise: Vec<Pointwise>,
    /// Lookups.
    pub lookups: Vec<LookupGroup>,
    /// Lookup tables; table i has tag i + 1.
    pub tables: Vec<Table>,
    /// Batched sumchecks after the zero-check; step i is stage i + 1.
    pub steps: Vec<Step>,
    /// Committed tensors that are claimed zero outside their shape.
    pub padding: Vec<usize>,
    /// Tensors of the statement.
    pub public: Vec<Public>,
}

impl Schedule {
    /// Slots in a row.
    #[must_use]
    pub fn row_size(&self) -> usize {
        1 << self.row_bits
    }

    /// Rows of one kind.
    #[must_use]
    pub fn rows(&self, kind: RowKind) -> Range<usize> {
        let start = self.row_kinds.partition_point(|row| *row < kind);
        start..self.row_kinds.partition_point(|row| *row <= kind)
    }

    /// Variables of a stage.
    #[must_use]
    pub fn stage_variables(&self, stage: usize) -> Option<usize> {
        match stage.checked_sub(1) {
            None => Some(self.zero_check_variables),
            Some(step) => self.steps.get(step).map(|step| step.variables),
        }
    }

    /// Claims whose values a stage absorbs.
    #[must_use]
    pub fn stage_claims(&self, stage: usize) -> Range<usize> {
        let start = self.claims.partition_point(|claim| claim.stage < stage);
        start..self.claims.partition_point(|claim| claim.stage <= stage)
    }

    /// Public tensors with their declarations, inputs before outputs.
    pub fn public_tensors(&self) -> impl Iterator<Item = (&Public, &Tensor)> {
        self.public.iter().filter_map(|public| {
            self.tensors
                .get(public.tensor)
                .map(|tensor| (public, tensor))
        })
    }

    /// Helper columns: lookup groups, then tables.
    pub(crate) fn helper_tensors(&self) -> impl Iterator<Item = &Tensor> {
        let groups = self.lookups.iter().map(|group| group.helper_claim);
        let tables = self.tables.iter().map(|table| table.helper_claim);
        groups.chain(tables).filter_map(|claim| {
            self.claims
                .get(claim)
                .and_then(|claim| self.tensors.get(claim.tensor))
        })
    }

    /// Bytes of the public values.
    #[must_use]
    pub fn public_length(&self) -> usize {
        self.public_tensors()
            .map(|(public, tensor)| public.width * tensor.size())
            .sum()
    }
}
