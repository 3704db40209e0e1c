//! The tree of meaning behind the page: what a screen reader walks. Built while laying out, filled while drawing.

/// What a node is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Role {
    /// Blocks that belong together.
    Section,
    /// A paragraph.
    Paragraph,
    /// A heading of a level, with its words (they stand in the outline too).
    Heading(u8, String),
    /// A list without signs.
    List,
    /// One pair of it.
    Item,
    /// The word.
    Label,
    /// What it stands for.
    Body,
    /// A table with its summary.
    Table(String),
    /// Its head.
    TableHead,
    /// Its rows.
    TableBody,
    /// A row.
    TableRow,
    /// The head of a column.
    ColumnHead,
    /// The head of a row.
    RowHead,
    /// A cell.
    Data,
    /// A picture, with what it shows.
    Figure(String),
    /// Words that lead somewhere.
    Link,
}

/// Names a piece of drawn content.
pub(crate) type Leaf = usize;

/// Names a node of the tree.
pub(crate) type NodeId = usize;

#[derive(Clone, Debug)]
pub(crate) enum Child {
    Node(NodeId),
    Leaf(Leaf),
}

#[derive(Clone, Debug)]
pub(crate) struct Node {
    pub(crate) role: Role,
    pub(crate) children: Vec<Child>,
}

/// The tree while it grows: what is opened is closed again before its parent is.
#[derive(Debug, Default)]
pub(crate) struct Tags {
    pub(crate) nodes: Vec<Node>,
    pub(crate) roots: Vec<NodeId>,
    open: Vec<NodeId>,
    leaves: usize,
}

impl Tags {
    /// Opens a node below the innermost open one.
    pub(crate) fn open(&mut self, role: Role) -> NodeId {
        let id = self.nodes.len();
        self.nodes.push(Node {
            role,
            children: Vec::new(),
        });
        match self.open.last() {
            Some(parent) => self.nodes[*parent].children.push(Child::Node(id)),
            None => self.roots.push(id),
        }
        self.open.push(id);
        id
    }

    /// Closes the innermost.
    pub(crate) fn close(&mut self) {
        self.open.pop();
    }

    /// A new leaf in the innermost open node.
    pub(crate) fn leaf(&mut self) -> Leaf {
        let leaf = self.leaves;
        self.leaves += 1;
        if let Some(parent) = self.open.last() {
            self.nodes[*parent].children.push(Child::Leaf(leaf));
        }
        leaf
    }

    /// How many leaves there are.
    pub(crate) fn leaf_count(&self) -> usize {
        self.leaves
    }
}
