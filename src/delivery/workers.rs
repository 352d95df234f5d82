//! Worker threads that send messages, up to a fixed number per channel.

use crate::delivery::Ways;
use crate::delivery::channel::{Channel, Letter, Outcome};
use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::Scope;
use std::time::Duration;

/// Passes letters to workers. Each channel has its own, so that a slow channel does not delay the others.
pub struct Post<'scope, 'env, 'w> {
    scope: &'scope Scope<'scope, 'env>,
    ways: &'w Ways<'w>,
    workers: usize,
    counters: BTreeMap<String, Counter>,
    done: Sender<Returned>,
    returned: Receiver<Returned>,
}

/// Channel, message id and outcome of a letter that was sent.
type Returned = (String, String, Outcome);

/// The queue and the workers of one channel.
struct Counter {
    queue: Sender<Letter>,
    letters: Arc<Mutex<Receiver<Letter>>>,
    workers: usize,
    on_their_way: usize,
}

impl<'scope, 'env, 'w> Post<'scope, 'env, 'w> {
    /// `workers` is the limit per channel; the threads start when letters come.
    pub fn new(scope: &'scope Scope<'scope, 'env>, ways: &'w Ways<'w>, workers: usize) -> Self {
        let (done, returned) = channel();
        Post { scope, ways, workers: workers.max(1), counters: BTreeMap::new(), done, returned }
    }

    /// Number of workers of `channel` that are free or not started yet.
    pub fn room(&self, channel: &str) -> usize {
        self.workers - self.counters.get(channel).map_or(0, |counter| counter.on_their_way)
    }

    /// Whether no letter is being sent.
    pub fn is_idle(&self) -> bool {
        self.counters.values().all(|counter| counter.on_their_way == 0)
    }

    /// Queues `letter` for the channel `name`; fails if the channel can't be opened.
    pub fn send(&mut self, name: &str, letter: Letter) -> Result<(), String> {
        let way = self.ways.channel(name)?;
        let counter = self.counters.entry(name.to_owned()).or_insert_with(|| {
            let (queue, letters) = channel();
            Counter { queue, letters: Arc::new(Mutex::new(letters)), workers: 0, on_their_way: 0 }
        });
        if counter.workers == counter.on_their_way && counter.workers < self.workers {
            counter.workers += 1;
            let (letters, done, name) = (Arc::clone(&counter.letters), self.done.clone(), name.to_owned());
            self.scope.spawn(move || work(&name, way.as_ref(), &letters, &done));
        }
        counter.on_their_way += 1;
        // The counter keeps the receiver alive, so this can't fail.
        counter.queue.send(letter).map_err(|_| text!("its-workers-are-gone").to_owned())
    }

    /// Waits up to `patience` for a first result, and returns it with all others that are ready.
    pub fn collect(&mut self, patience: Duration) -> Vec<(String, Outcome)> {
        let first = self.returned.recv_timeout(patience).ok();
        let mut all = Vec::new();
        for (channel, message_id, outcome) in first.into_iter().chain(self.returned.try_iter()) {
            if let Some(counter) = self.counters.get_mut(&channel) {
                counter.on_their_way -= 1;
            }
            all.push((message_id, outcome));
        }
        all
    }
}

fn work(name: &str, way: &dyn Channel, letters: &Mutex<Receiver<Letter>>, done: &Sender<Returned>) {
    loop {
        // Hold the receiver's lock while blocking in `recv`; workers take letters one at a time.
        let letter = letters.lock().unwrap_or_else(PoisonError::into_inner).recv();
        let Ok(letter) = letter else { return };
        // A panic in a channel is reported as a failed try; the sweep goes on.
        let outcome = catch_unwind(AssertUnwindSafe(|| way.send(&letter)))
            .unwrap_or_else(|_| Outcome::later(text!("the-channel-broke-down"), None));
        if done.send((name.to_owned(), letter.message_id, outcome)).is_err() {
            return;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::delivery::{Opener, Ways};
    use crate::domain::refusal::Refusal;
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::thread;

    /// Two channels, `a` and `b`, with a shared count of the letters being sent.
    #[derive(Clone)]
    struct Two {
        inside: Arc<AtomicUsize>,
        most: Arc<AtomicUsize>,
    }

    impl Opener for Two {
        fn open(&self, name: &str) -> crate::platform::error::Result<Box<dyn Channel>> {
            if name == "a" || name == "b" {
                return Ok(Box::new(self.clone()));
            }
            Err(Refusal::invalid("channels", "there is no such channel"))
        }

        fn is_mail(&self, _: &str) -> bool {
            false
        }
    }

    impl Channel for Two {
        fn send(&self, letter: &Letter) -> Outcome {
            let inside = self.inside.fetch_add(1, Ordering::SeqCst) + 1;
            self.most.fetch_max(inside, Ordering::SeqCst);
            thread::sleep(Duration::from_millis(20));
            self.inside.fetch_sub(1, Ordering::SeqCst);
            assert!(letter.text != "fall over", "as the test wants it");
            Outcome::Sent
        }
    }

    fn letter(id: &str, text: &str) -> Letter {
        Letter { message_id: id.into(), text: text.into(), ..Letter::default() }
    }

    #[test]
    fn no_more_letters_are_on_their_way_than_there_are_workers_and_a_broken_one_stops_none() {
        let most = Arc::new(AtomicUsize::new(0));
        let two = Two { inside: Arc::default(), most: Arc::clone(&most) };
        let ways = Ways::new(&two);
        let (mut back, mut broken) = (Vec::new(), 0);
        thread::scope(|scope| {
            let mut post = Post::new(scope, &ways, 3);
            let mut left: Vec<String> = (0..20).map(|n| n.to_string()).collect();
            while !(left.is_empty() && post.is_idle()) {
                for channel in ["a", "b"] {
                    while post.room(channel) > 0
                        && let Some(id) = left.pop()
                    {
                        let text = if id == "7" { "fall over" } else { "" };
                        post.send(channel, letter(&id, text)).unwrap();
                    }
                }
                for (message_id, outcome) in post.collect(Duration::from_secs(10)) {
                    broken += usize::from(outcome != Outcome::Sent);
                    back.push(message_id);
                }
            }
            let problem = post.send("c", letter("x", "")).unwrap_err();
            assert!(problem.contains("there is no such channel"), "{problem}");
        });
        back.sort_by_key(|id| id.parse::<u32>().unwrap());
        assert_eq!(back, (0..20).map(|n| n.to_string()).collect::<Vec<_>>());
        assert_eq!((most.load(Ordering::SeqCst), broken), (6, 1), "three for each of two channels");
    }
}
