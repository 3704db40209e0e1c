//! Figures, as a table for a person and as JSON for a machine.

use serde_json::{Map, Value, json};

/// One measured number and what it should be.
pub struct Figure {
    value: f64,
    unit: &'static str,
    target: Option<Target>,
}

enum Target {
    AtLeast(f64),
    Below(f64),
}

impl Figure {
    /// A number without a target, to read the others by.
    pub fn fact(value: f64, unit: &'static str) -> Figure {
        Figure {
            value,
            unit,
            target: None,
        }
    }

    /// A number that should be `target` or more.
    pub fn at_least(value: f64, unit: &'static str, target: f64) -> Figure {
        Figure {
            value,
            unit,
            target: Some(Target::AtLeast(target)),
        }
    }

    /// A number that should stay below `target`.
    pub fn below(value: f64, unit: &'static str, target: f64) -> Figure {
        Figure {
            value,
            unit,
            target: Some(Target::Below(target)),
        }
    }

    fn holds(&self) -> Option<bool> {
        self.target.as_ref().map(|target| match target {
            Target::AtLeast(least) => self.value >= *least,
            Target::Below(limit) => self.value < *limit,
        })
    }

    fn target(&self) -> Option<String> {
        self.target.as_ref().map(|target| match target {
            Target::AtLeast(least) => format!(">= {least}"),
            Target::Below(limit) => format!("< {limit}"),
        })
    }
}

/// The figures of one run, in the order they were measured.
pub struct Figures(Vec<(&'static str, Figure)>);

impl Figures {
    /// None yet.
    pub fn new() -> Figures {
        Figures(Vec::new())
    }

    /// Adds one under its name.
    pub fn add(&mut self, name: &'static str, figure: Figure) {
        self.0.push((name, figure));
    }

    /// Whether every figure that has a target meets it.
    pub fn all_hold(&self) -> bool {
        self.0
            .iter()
            .all(|(_, figure)| figure.holds().unwrap_or(true))
    }

    /// A line a figure.
    pub fn table(&self) -> String {
        let mut text = format!(
            "{:<36}{:>14} {:<6} {:>10}\n",
            "figure", "value", "unit", "target"
        );
        for (name, figure) in &self.0 {
            let verdict = match figure.holds() {
                Some(true) => "holds",
                Some(false) => "MISSED",
                None => "",
            };
            let target = figure.target().unwrap_or_default();
            let value = figure.value;
            text += &format!(
                "{name:<36}{value:>14.2} {:<6} {target:>10} {verdict}\n",
                figure.unit
            );
        }
        text
    }

    /// `{"figure": {"value": …, "unit": …, "target": …, "holds": …}}`; a figure without a target has null in both.
    pub fn json(&self) -> String {
        let entry = |figure: &Figure| json!({ "value": figure.value, "unit": figure.unit, "target": figure.target(), "holds": figure.holds() });
        let map: Map<String, Value> = self
            .0
            .iter()
            .map(|(name, figure)| ((*name).to_owned(), entry(figure)))
            .collect();
        format!("{:#}\n", Value::Object(map))
    }
}

#[cfg(test)]
mod tests {
    use super::{Figure, Figures};

    #[test]
    fn one_missed_target_is_enough_to_fail() {
        let mut figures = Figures::new();
        figures.add("a", Figure::fact(1.0, "1/s"));
        figures.add("b", Figure::at_least(0.5, "ratio", 0.5));
        figures.add("c", Figure::below(59.9, "MB", 60.0));
        assert!(figures.all_hold());
        figures.add("d", Figure::below(60.0, "MB", 60.0));
        assert!(!figures.all_hold());
    }
}
