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

    /// A number without a target has nothing to miss.
    fn holds(&self) -> bool {
        match &self.target {
            None => true,
            Some(Target::AtLeast(least)) => self.value >= *least,
            Some(Target::Below(limit)) => self.value < *limit,
        }
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

    /// How many figures miss their target.
    pub fn missed(&self) -> usize {
        self.0.iter().filter(|(_, figure)| !figure.holds()).count()
    }

    /// A line a figure.
    pub fn table(&self) -> String {
        let mut text = format!(
            "{:<36}{:>14} {:<6} {:>10} {}\n",
            "figure", "value", "unit", "target", "holds"
        );
        for (name, figure) in &self.0 {
            let verdict = match (&figure.target, figure.holds()) {
                (None, _) => "",
                (_, true) => "yes",
                (_, false) => "NO",
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

    /// `{"figure": {"value": …, "unit": …, "target": …, "holds": …}}`; a figure without a target
    /// has null there, and holds.
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

    fn some() -> Figures {
        let mut figures = Figures::new();
        figures.add("a", Figure::fact(1.0, "1/s"));
        figures.add("b", Figure::at_least(0.5, "ratio", 0.5));
        figures.add("c", Figure::below(60.0, "MB", 60.0));
        figures
    }

    #[test]
    fn at_least_takes_its_limit_in_and_below_leaves_it_out() {
        assert_eq!(some().missed(), 1);
    }

    #[test]
    fn the_json_has_one_key_a_figure_with_value_unit_target_and_holds() {
        let read: serde_json::Value = serde_json::from_str(&some().json()).unwrap();
        let wanted = serde_json::json!({
            "a": { "value": 1.0, "unit": "1/s", "target": null, "holds": true },
            "b": { "value": 0.5, "unit": "ratio", "target": ">= 0.5", "holds": true },
            "c": { "value": 60.0, "unit": "MB", "target": "< 60", "holds": false },
        });
        assert_eq!(read, wanted);
    }

    #[test]
    fn the_columns_of_the_table_stand_under_each_other() {
        let table = some().table();
        let ends: Vec<usize> = table
            .lines()
            .skip(2)
            .filter_map(|line| line.find(['>', '<']))
            .collect();
        let column = table
            .lines()
            .next()
            .and_then(|line| line.find("target"))
            .unwrap();
        assert_eq!(ends, [column, column + 2], "{table}");
    }
}
