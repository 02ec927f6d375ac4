//! Drawn cards, kept from one build to the next: each takes some milliseconds to draw, and few of them change. Comes in: what
//! a card shows. Goes out: its bytes, which are the same whether it was drawn before or not. What is kept is told by a seal
//! whether it is whole; all of it may be lost at any time.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::{Mutex, PoisonError};

use crate::key::Key;
use crate::output::CardView;
use crate::{source, write};

/// Where they are kept, below the site's folder.
const FOLDER: &str = ".brink/cards";

/// The cards of a build.
#[derive(Debug, Default)]
pub(crate) struct Cards(Mutex<BTreeSet<String>>);

/// The card that shows this, kept or drawn.
pub(crate) fn card(root: &Path, view: &CardView) -> Vec<u8> {
    let kept = source::bytes(root, &path(view.key())).ok().flatten();
    kept.as_deref().and_then(Key::unseal).map_or_else(|| view.png(), <[u8]>::to_vec)
}

fn path(key: Key) -> String {
    format!("{FOLDER}/{}", name(key))
}

fn name(key: Key) -> String {
    format!("{}.card", key.hex())
}

impl Cards {
    /// Keeps a card for the next build. That this fails only costs time.
    pub(crate) fn keep(&self, root: &Path, view: &CardView, bytes: &[u8]) {
        let key = view.key();
        let is_new = self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(name(key));
        if is_new {
            let _ = write::keep(root, &path(key), &Key::seal(bytes));
        }
    }

    /// Forgets the cards that this build has not.
    pub(crate) fn forget_others(self, root: &Path) {
        let known = self.0.into_inner().unwrap_or_else(PoisonError::into_inner);
        write::keep_only(root, FOLDER, |name| known.contains(name), 0);
    }
}
