//! The names of actors: whom each means. Comes in: rows of actors, and who leads what. Goes out: [`Names`], in which an actor
//! is the same under every name that a table gives it.

use std::collections::{BTreeMap, BTreeSet};

use super::identity::{self, Named};
use super::{Filed, SharedName, Subject, Terms};
use crate::vocabulary::{Field, Kind, fold};

/// Folded names of actors, each with the one that it means, as an index into the subjects of [`Kind::Actors`].
#[derive(Debug, Clone, Default)]
pub struct Names {
    by_name: BTreeMap<String, usize>,
    /// The folded first name of each actor.
    first: Vec<String>,
}

impl Names {
    /// The names of actors; one that means several is nobody's.
    pub(super) fn of(actors: &[Subject]) -> Names {
        let mut by_name: BTreeMap<String, BTreeSet<usize>> = BTreeMap::new();
        for (at, actor) in actors.iter().enumerate() {
            for name in names_of(actor) {
                by_name.entry(fold(&name)).or_default().insert(at);
            }
        }
        let first = actors.iter().map(|actor| fold(&actor.name)).collect();
        let mut names = Names { by_name: BTreeMap::new(), first };
        for (name, actors) in by_name {
            if let Some(only) = actors.first().filter(|_| actors.len() == 1 && !name.is_empty()) {
                names.by_name.insert(name, *only);
            }
        }
        names
    }

    /// The actor that a name means.
    pub fn actor(&self, name: &str) -> Option<usize> {
        self.by_name.get(&fold(name)).copied()
    }

    /// A name as it is compared: that of the actor that it means, else itself, folded.
    pub(super) fn canonical(&self, name: &str) -> String {
        let folded = fold(name);
        match self.by_name.get(&folded) {
            Some(actor) => self.first[*actor].clone(),
            None => folded,
        }
    }

    /// The actors that a cell names: the whole cell, else its parts, where each is known, else those between `;`.
    pub fn actors(&self, cell: &str) -> Vec<usize> {
        split(cell, |part| self.actor(part).is_some()).iter().filter_map(|part| self.actor(part)).collect()
    }
}

/// The names in a cell: the whole of it where it is a known name, else its parts between `;`, and of these the parts
/// between `,`, `/`, `&`, "and" and "et", where each of them is known.
pub fn split(cell: &str, is_known: impl Fn(&str) -> bool) -> Vec<&str> {
    let mut names = Vec::new();
    for part in cell.split(';').map(str::trim).filter(|part| !part.is_empty()) {
        let smaller = pieces(part);
        if !is_known(part) && smaller.len() > 1 && smaller.iter().all(|name| is_known(name)) {
            names.extend(smaller);
        } else {
            names.push(part);
        }
    }
    names
}

/// The parts of a name between what may join several.
fn pieces(name: &str) -> Vec<&str> {
    let mut pieces: Vec<&str> = vec![name];
    for separator in [",", "/", " & ", " and ", " et "] {
        pieces = pieces.into_iter().flat_map(|piece| piece.split(separator)).collect();
    }
    pieces.into_iter().map(str::trim).filter(|piece| !piece.is_empty()).collect()
}

/// The name of a row of actors without what stands in brackets, and that too where it is a short form:
/// `Economic Community of West African States (ECOWAS)`.
fn with_short_form(name: &str) -> Vec<String> {
    let mut names = vec![name.trim().to_owned()];
    if let Some((before, rest)) = name.split_once('(')
        && let Some(inner) = rest.strip_suffix(')')
        && !inner.contains(' ')
        && inner.chars().filter(|c| c.is_uppercase()).count() >= 2
    {
        names.extend([before.trim().to_owned(), inner.trim().to_owned()]);
    }
    names
}

/// The other names in a cell.
fn aliases(cell: &str) -> impl Iterator<Item = String> {
    cell.split([',', ';']).map(str::trim).filter(|name| name.chars().any(char::is_alphanumeric)).map(str::to_owned)
}

/// Every name of an actor, its first one first.
pub fn names_of(actor: &Subject) -> Vec<String> {
    let mut names = with_short_form(&actor.name);
    // Many rows call it the same.
    let mut read = BTreeSet::new();
    for statement in &actor.statements {
        let (name, others) = (statement.row.text(Field::Actor), statement.row.text(Field::Alias));
        if read.insert((name, others)) {
            names.extend(with_short_form(name));
            names.extend(aliases(others));
        }
    }
    let mut seen = BTreeSet::new();
    names.retain(|name| !fold(name).is_empty() && seen.insert(fold(name)));
    names
}

/// Rows whose name is another row's other name speak of one actor: the key of each row that is merged, with the key under
/// which it then goes, which is the first in the alphabet.
pub(super) fn merge(rows: &[Named]) -> BTreeMap<String, String> {
    let mut group_of: BTreeMap<String, String> = BTreeMap::new();
    let find = |groups: &BTreeMap<String, String>, name: &str| {
        let mut at = name.to_owned();
        while let Some(next) = groups.get(&at).filter(|next| **next != at) {
            at.clone_from(next);
        }
        at
    };
    let own: BTreeSet<String> = rows.iter().map(|row| fold(row.name())).collect();
    for row in rows {
        let row_key = fold(row.name());
        let others =
            with_short_form(row.name()).into_iter().skip(1).chain(aliases(row.statement.row.text(Field::Alias)));
        for other in others.map(|name| fold(&name)).filter(|name| own.contains(name)) {
            let (a, b) = (find(&group_of, &row_key), find(&group_of, &other));
            if a != b {
                let (first, second) = if a < b { (a, b) } else { (b, a) };
                group_of.insert(second, first);
            }
        }
    }
    own.iter().map(|name| (name.clone(), find(&group_of, name))).filter(|(name, group)| name != group).collect()
}

/// Adds the actors that lead interventions or are somewhere, and that no table of actors lists.
pub(super) fn add_unlisted(actors: &mut Vec<Subject>, shared: &[SharedName], filed: &[Filed<'_>], terms: &Terms<'_>) {
    let names = Names::of(actors);
    let mut taken: identity::Taken = actors.iter().map(|actor| actor.url.clone()).collect();
    taken.extend(shared.iter().map(|shared| shared.url.clone()));
    let mut known: BTreeSet<String> = actors.iter().flat_map(names_of).map(|name| fold(&name)).collect();
    let tables = filed.iter().flat_map(|filed| &filed.document.tables);
    let acting = tables.filter(|table| matches!(table.kind, Kind::Interventions | Kind::Presence));
    let cells: BTreeSet<&str> = acting.flat_map(|table| &table.rows).map(|row| row.text(Field::Actor)).collect();
    let parts: BTreeSet<&str> = cells.iter().flat_map(|cell| cell.split(';')).map(str::trim).collect();
    let is_known = |known: &BTreeSet<String>, name: &str| names.actor(name).is_some() || known.contains(&fold(name));
    // Plain names first: a cell that joins several of them names no actor of its own.
    let (joined, plain): (Vec<&str>, Vec<&str>) = parts.into_iter().partition(|part| pieces(part).len() > 1);
    for part in plain.into_iter().chain(joined) {
        let named: Vec<String> = split(part, |name| is_known(&known, name)).into_iter().map(str::to_owned).collect();
        for name in named {
            if name.chars().any(char::is_alphanumeric) && known.insert(fold(&name)) {
                actors.push(identity::unlisted(Kind::Actors, &name, &mut taken, terms));
            }
        }
    }
    actors.sort_by_cached_key(|actor| (fold(&actor.name), actor.url.clone()));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_are_split_only_where_all_parts_are_known() {
        let known = ["UN", "EU", "Ministry of Health, Mali"];
        let of = |cell| split(cell, |part| known.contains(&part));
        assert_eq!(of("UN, EU"), ["UN", "EU"]);
        assert_eq!(of("UN and EU"), ["UN", "EU"]);
        assert_eq!(of("UN; Somebody"), ["UN", "Somebody"]);
        assert_eq!(of("Ministry of Health, Mali"), ["Ministry of Health, Mali"]);
        assert_eq!(of("Trade and Industry"), ["Trade and Industry"]);
    }

    #[test]
    fn short_forms_in_brackets_are_names() {
        assert_eq!(with_short_form("African Union (AU)"), ["African Union (AU)", "African Union", "AU"]);
        assert_eq!(with_short_form("Militias (various)"), ["Militias (various)"]);
    }
}
