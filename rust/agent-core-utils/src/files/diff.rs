//! The hunks of a unified diff, as Python's `difflib` makes them.

use std::collections::HashMap;
use std::fmt::Write;
use std::ops::Range;

/// The lines around a change.
const AROUND: usize = 3;

/// The length from which on lines that stand in many places are not where two texts are aligned.
const LONG: usize = 200;

/// A run of lines that both have.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Block {
    old: usize,
    new: usize,
    size: usize,
}

/// What becomes of a run of lines; the old ones and the new ones are equal, or are not.
struct Piece {
    equal: bool,
    old: Range<usize>,
    new: Range<usize>,
}

/// The hunks of the unified diff between two texts, each with three lines around it.
pub(super) fn hunks(before: &[u8], after: &[u8]) -> Vec<u8> {
    let (old, new) = (lines(before), lines(after));
    let mut told = Vec::new();
    for group in groups(pieces(&old, &new)) {
        let (Some(first), Some(last)) = (group.first(), group.last()) else { continue };
        let places = [place(first.old.start..last.old.end), place(first.new.start..last.new.end)];
        told.extend_from_slice(format!("@@ -{} +{} @@\n", places[0], places[1]).as_bytes());
        for piece in &group {
            if piece.equal {
                tell(&mut told, b' ', &old[piece.old.clone()]);
            } else {
                tell(&mut told, b'-', &old[piece.old.clone()]);
                tell(&mut told, b'+', &new[piece.new.clone()]);
            }
        }
    }
    told
}

fn lines(text: &[u8]) -> Vec<&[u8]> {
    text.split_inclusive(|byte| *byte == b'\n').collect()
}

fn tell(told: &mut Vec<u8>, mark: u8, lines: &[&[u8]]) {
    for line in lines {
        told.push(mark);
        told.extend_from_slice(line);
        if !line.ends_with(b"\n") {
            told.extend_from_slice(b"\n\\ No newline at end of file\n");
        }
    }
}

/// Where lines stand, as `diff` writes it.
fn place(lines: Range<usize>) -> String {
    let mut written = String::new();
    // Writing to a string does not fail.
    let _written = match lines.len() {
        1 => write!(written, "{}", lines.start + 1),
        0 => write!(written, "{},0", lines.start),
        length => write!(written, "{},{length}", lines.start + 1),
    };
    written
}

/// Pieces with what is around them, those near to each other together.
fn groups(mut pieces: Vec<Piece>) -> Vec<Vec<Piece>> {
    if let Some(first) = pieces.first_mut().filter(|piece| piece.equal) {
        first.old.start = first.old.start.max(first.old.end.saturating_sub(AROUND));
        first.new.start = first.new.start.max(first.new.end.saturating_sub(AROUND));
    }
    if let Some(last) = pieces.last_mut().filter(|piece| piece.equal) {
        last.old.end = last.old.end.min(last.old.start + AROUND);
        last.new.end = last.new.end.min(last.new.start + AROUND);
    }
    let mut groups = Vec::new();
    let mut group = Vec::new();
    for piece in pieces {
        if piece.equal && piece.old.len() > 2 * AROUND {
            group.push(Piece {
                equal: true,
                old: piece.old.start..piece.old.start + AROUND,
                new: piece.new.start..piece.new.start + AROUND,
            });
            groups.push(std::mem::take(&mut group));
            group.push(Piece {
                equal: true,
                old: piece.old.end - AROUND..piece.old.end,
                new: piece.new.end - AROUND..piece.new.end,
            });
        } else {
            group.push(piece);
        }
    }
    groups.push(group);
    groups.retain(|group| group.iter().any(|piece| !piece.equal));
    groups
}

/// What becomes of the old lines, in their order.
fn pieces(old: &[&[u8]], new: &[&[u8]]) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let (mut at, mut to) = (0, 0);
    for block in blocks(old, new) {
        if at < block.old || to < block.new {
            pieces.push(Piece { equal: false, old: at..block.old, new: to..block.new });
        }
        (at, to) = (block.old + block.size, block.new + block.size);
        if block.size > 0 {
            pieces.push(Piece { equal: true, old: block.old..at, new: block.new..to });
        }
    }
    pieces
}

/// The runs that both have, none of which touches the next; the last is empty.
fn blocks(old: &[&[u8]], new: &[&[u8]]) -> Vec<Block> {
    let mut aligner = Aligner::new(old, new);
    let mut found = Vec::new();
    let mut pending = vec![(0..old.len(), 0..new.len())];
    while let Some((above, below)) = pending.pop() {
        let block = aligner.longest(above.clone(), below.clone());
        if block.size == 0 {
            continue;
        }
        found.push(block);
        if above.start < block.old && below.start < block.new {
            pending.push((above.start..block.old, below.start..block.new));
        }
        let (old_end, new_end) = (block.old + block.size, block.new + block.size);
        if old_end < above.end && new_end < below.end {
            pending.push((old_end..above.end, new_end..below.end));
        }
    }
    found.sort_unstable();
    let mut joined: Vec<Block> = Vec::new();
    for block in found {
        match joined.last_mut() {
            Some(last)
                if last.old + last.size == block.old && last.new + last.size == block.new =>
            {
                last.size += block.size;
            }
            _ => joined.push(block),
        }
    }
    joined.push(Block { old: old.len(), new: new.len(), size: 0 });
    joined
}

/// Finds runs of lines that two texts have.
struct Aligner {
    /// A number for each line, the same for lines that are equal.
    old: Vec<usize>,
    new: Vec<usize>,
    /// Where a line stands among the new ones, by its number; nowhere if it stands in many places.
    places: Vec<Vec<usize>>,
    /// The length of the run that ends at each new line, for one old line and for the next.
    lengths: [Vec<usize>; 2],
}

impl Aligner {
    fn new(old: &[&[u8]], new: &[&[u8]]) -> Self {
        let mut numbers = HashMap::new();
        let mut numbered = |lines: &[&[u8]]| -> Vec<usize> {
            let number = |line: &&[u8]| {
                let next = numbers.len();
                *numbers.entry(line.to_vec()).or_insert(next)
            };
            lines.iter().map(number).collect()
        };
        let (old, new) = (numbered(old), numbered(new));
        let mut places = vec![Vec::new(); numbers.len()];
        for (place, number) in new.iter().enumerate() {
            places[*number].push(place);
        }
        if new.len() >= LONG {
            let most = new.len() / 100 + 1;
            places.iter_mut().filter(|places| places.len() > most).for_each(Vec::clear);
        }
        let lengths = [vec![0; new.len() + 1], vec![0; new.len() + 1]];
        Self { old, new, places, lengths }
    }

    /// The longest run in parts of both: of several, the one that begins first.
    fn longest(&mut self, above: Range<usize>, below: Range<usize>) -> Block {
        let mut best = Block { old: above.start, new: below.start, size: 0 };
        let [before, now] = &mut self.lengths;
        // A length stands one place further on, so that there is one before the first.
        let mut written: [Vec<usize>; 2] = [Vec::new(), Vec::new()];
        for at in above.clone() {
            for &to in &self.places[self.old[at]] {
                if to < below.start {
                    continue;
                }
                if to >= below.end {
                    break;
                }
                let size = before[to] + 1;
                now[to + 1] = size;
                written[1].push(to + 1);
                if size > best.size {
                    best = Block { old: at + 1 - size, new: to + 1 - size, size };
                }
            }
            written[0].drain(..).for_each(|place| before[place] = 0);
            std::mem::swap(before, now);
            written.swap(0, 1);
        }
        written[0].drain(..).for_each(|place| before[place] = 0);
        self.extended(best, &above, &below)
    }

    /// A run with the equal lines around it, which may stand in many places.
    fn extended(&self, mut block: Block, above: &Range<usize>, below: &Range<usize>) -> Block {
        let equal = |old: usize, new: usize| self.old[old] == self.new[new];
        while block.old > above.start
            && block.new > below.start
            && equal(block.old - 1, block.new - 1)
        {
            block = Block { old: block.old - 1, new: block.new - 1, size: block.size + 1 };
        }
        while block.old + block.size < above.end
            && block.new + block.size < below.end
            && equal(block.old + block.size, block.new + block.size)
        {
            block.size += 1;
        }
        block
    }
}
