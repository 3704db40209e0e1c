//! Whom the example studio knows, what it sells, and what it wrote.

/// Older than every paper.
pub const BEGAN_DAYS_AGO: i64 = 80;

/// A customer.
pub struct Party {
    pub name: &'static str,
    pub contact: &'static str,
    pub email: &'static str,
    pub street: &'static str,
    pub city: &'static str,
    pub province: &'static str,
    pub postal_code: &'static str,
    pub language: &'static str,
}

/// Customers who read French and customers who read English.
pub const PARTIES: &[Party] = &[
    Party {
        name: "Boulangerie Chez Rosalie",
        contact: "Rosalie Fortin",
        email: "rosalie@chez-rosalie.example",
        street: "1208, avenue du Mont-Royal Est",
        city: "Montréal",
        province: "QC",
        postal_code: "H2J 1Y1",
        language: "fr",
    },
    Party {
        name: "Harbour Street Yoga",
        contact: "Dana MacNeil",
        email: "dana@harbouryoga.example",
        street: "88 Water Street",
        city: "Halifax",
        province: "NS",
        postal_code: "B3J 1A1",
        language: "en",
    },
    Party {
        name: "Menuiserie Tremblay et fils",
        contact: "Luc Tremblay",
        email: "luc@menuiserie-tremblay.example",
        street: "75, rang Saint-Joseph",
        city: "Saint-Sauveur",
        province: "QC",
        postal_code: "J0R 1R0",
        language: "fr",
    },
    Party {
        name: "Maple & Main Dental",
        contact: "Priya Nair",
        email: "office@mapleandmain.example",
        street: "300 Main Street, Suite 5",
        city: "Ottawa",
        province: "ON",
        postal_code: "K1S 1C4",
        language: "en",
    },
    Party {
        name: "Librairie du Fleuve",
        contact: "Anne-Sophie Côté",
        email: "bonjour@librairie-du-fleuve.example",
        street: "19, rue du Petit-Champlain",
        city: "Québec",
        province: "QC",
        postal_code: "G1K 4H4",
        language: "fr",
    },
];

/// Name, unit, price in CAD.
pub const PRODUCTS: &[(&str, &str, &str)] = &[
    ("Identité visuelle", "", "1800"),
    ("Graphic design", "hour", "95"),
    ("Séance photo", "demi-journée", "650"),
    ("Website care, monthly", "month", "120"),
    ("Mise en page", "heure", "85"),
];

/// How far a paper has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// Not issued.
    Draft,
    /// Issued; overdue when it is older than its thirty days.
    Open,
    /// Issued lately; its link is printed.
    OpenToPay,
    /// Issued, and paid by card at the rehearsal.
    Paid,
}

/// An invoice or a draft.
pub struct Paper {
    pub days_ago: i64,
    pub customer: usize,
    pub reference: &'static str,
    /// Product, quantity, words in place of the product's name.
    pub lines: &'static [(usize, &'static str, &'static str)],
    pub stage: Stage,
}

/// Oldest first: numbers follow days (IL-05).
pub const PAPERS: &[Paper] = &[
    Paper {
        days_ago: 72,
        customer: 0,
        reference: "",
        lines: &[(0, "1", ""), (4, "3.5", "Menu et cartes de fidélité")],
        stage: Stage::Paid,
    },
    Paper {
        days_ago: 64,
        customer: 1,
        reference: "PO 2214",
        lines: &[(1, "12", "Class schedule and posters"), (3, "1", "")],
        stage: Stage::Paid,
    },
    Paper {
        days_ago: 47,
        customer: 2,
        reference: "",
        lines: &[(2, "2", "Séance photo de l’atelier, deux demi-journées")],
        stage: Stage::Open,
    },
    Paper {
        days_ago: 41,
        customer: 3,
        reference: "MM-0071",
        lines: &[(1, "7.25", "Brochure for new patients")],
        stage: Stage::Open,
    },
    Paper {
        days_ago: 20,
        customer: 4,
        reference: "",
        lines: &[(4, "14", "Catalogue de la rentrée"), (2, "1", "")],
        stage: Stage::Open,
    },
    Paper {
        days_ago: 9,
        customer: 1,
        reference: "PO 2260",
        lines: &[(3, "3", "")],
        stage: Stage::Open,
    },
    Paper {
        days_ago: 2,
        customer: 0,
        reference: "",
        lines: &[
            (2, "1", "Séance photo des pains de Noël"),
            (4, "2", "Affiche"),
        ],
        stage: Stage::OpenToPay,
    },
    Paper {
        days_ago: 1,
        customer: 3,
        reference: "",
        lines: &[(1, "4", "Appointment cards")],
        stage: Stage::Draft,
    },
    Paper {
        days_ago: 0,
        customer: 4,
        reference: "",
        lines: &[(4, "6", "Signets")],
        stage: Stage::Draft,
    },
];
