//! Keeps a world in a file over restarts: `--persist FILE`.
//!
//! The file is a dump (`world/dump.rs`). It is written whole beside itself and then takes the former one's place, so that
//! there is always a good one.

use std::fs::{self, File};
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use anyhow::{Context, anyhow};
use chrono::{DateTime, Utc};

use crate::{Setup, World};

/// How long a change waits until it is written.
const PAUSE: Duration = Duration::from_secs(5);

/// A file that follows a world.
#[derive(Debug)]
pub struct Keeper {
    file: PathBuf,
    /// The state of the world that the file holds.
    written: Option<(u64, u64)>,
}

impl Keeper {
    /// The keeper of a file, which need not be there yet.
    #[must_use]
    pub fn of(file: PathBuf) -> Self {
        Self { file, written: None }
    }

    /// The world of the file, if there is one; `now` is the wall clock.
    ///
    /// # Errors
    /// The file cannot be read or holds no world; it is left as it is.
    pub fn read(&self, setup: Arc<Setup>, now: DateTime<Utc>) -> anyhow::Result<Option<World>> {
        if !self.file.exists() {
            return Ok(None);
        }
        let name = self.file.display();
        let text = fs::read_to_string(&self.file).with_context(|| format!("cannot read {name}"))?;
        let world = serde_json::from_str(&text)
            .map_err(|error| error.to_string())
            .and_then(|dump| World::of_dump(&dump, setup, now))
            .map_err(|error| {
                anyhow!("{name} holds no world of this version: {error}. Move it away to begin anew; it was left as it is.")
            })?;
        Ok(Some(world))
    }

    /// Writes the world if it changed since it was written last.
    ///
    /// # Errors
    /// The file cannot be written; the former one is still there.
    pub fn write(&mut self, world: &Mutex<World>) -> anyhow::Result<()> {
        let (state, dump) = {
            let world = world.lock().unwrap_or_else(PoisonError::into_inner);
            let state = world.state();
            if self.written == Some(state) {
                return Ok(());
            }
            (state, world.dump().map_err(|error| anyhow!(error))?)
        };
        let beside = beside(&self.file);
        let write = || -> std::io::Result<()> {
            let mut file = File::create(&beside)?;
            file.write_all(dump.to_string().as_bytes())?;
            file.sync_all()?;
            fs::rename(&beside, &self.file)
        };
        write().with_context(|| format!("cannot write {}; is there room?", self.file.display()))?;
        self.written = Some(state);
        Ok(())
    }

    /// Writes what changed every few seconds until `stop` ends, and once more then.
    ///
    /// # Errors
    /// The last writing failed; earlier failures are logged and tried again.
    pub async fn follow(
        mut self,
        world: Arc<Mutex<World>>,
        stop: impl Future<Output = anyhow::Result<()>>,
    ) -> anyhow::Result<()> {
        tokio::pin!(stop);
        loop {
            tokio::select! {
                ended = &mut stop => {
                    let written = self.write(&world);
                    return ended.and(written);
                }
                () = tokio::time::sleep(PAUSE) => {
                    let held = Arc::clone(&world);
                    let (keeper, done) = tokio::task::spawn_blocking(move || {
                        let done = self.write(&held);
                        (self, done)
                    })
                    .await?;
                    self = keeper;
                    if let Err(error) = done {
                        tracing::error!("{error:#}");
                    }
                }
            }
        }
    }
}

fn beside(file: &Path) -> PathBuf {
    let mut name = file.file_name().unwrap_or_default().to_owned();
    name.push(".new");
    file.with_file_name(name)
}

#[cfg(test)]
mod tests {
    use chrono::TimeZone;
    use http::Request;
    use serde_json::{Value, json};

    use super::*;
    use crate::Site;

    /// A folder that goes with the test.
    struct Folder(PathBuf);

    impl Folder {
        fn new(name: &str) -> Self {
            let path = std::env::temp_dir().join(format!("calbridge-keep-{}-{name}", std::process::id()));
            fs::create_dir_all(&path).unwrap();
            Self(path)
        }

        fn keeper(&self) -> Keeper {
            Keeper::of(self.0.join("world.json"))
        }
    }

    impl Drop for Folder {
        fn drop(&mut self) {
            fs::remove_dir_all(&self.0).unwrap();
        }
    }

    fn noon() -> DateTime<Utc> {
        Utc.with_ymd_and_hms(2026, 3, 2, 12, 0, 0).unwrap()
    }

    fn demo() -> Mutex<World> {
        Mutex::new(World::named("demo", Arc::default(), noon()).unwrap())
    }

    fn add_account(world: &Mutex<World>, name: &str) -> String {
        let body = json!({ "type": "Account", "fields": { "Name": name } }).to_string().into_bytes();
        let request = Request::post("/salesforce/records").body(body).unwrap();
        let answer = world.lock().unwrap().answer(noon(), Site::Control, request);
        let body: Value = serde_json::from_slice(answer.body()).unwrap();
        body["id"].as_str().unwrap().to_owned()
    }

    #[test]
    fn a_world_goes_on_after_a_restart_and_gives_no_id_twice() {
        let folder = Folder::new("restart");
        let (world, mut keeper) = (demo(), folder.keeper());
        assert!(keeper.read(Arc::default(), noon()).unwrap().is_none());
        let first = add_account(&world, "Kept");
        keeper.write(&world).unwrap();
        let again = Mutex::new(folder.keeper().read(Arc::default(), noon()).unwrap().unwrap());
        assert_eq!(again.lock().unwrap().dump(), world.lock().unwrap().dump());
        assert!(first < add_account(&again, "Next"));
        let names: Vec<_> =
            fs::read_dir(&folder.0).unwrap().map(|entry| entry.unwrap().file_name()).collect();
        assert_eq!(names, ["world.json"], "nothing is left beside it");
    }

    #[test]
    fn the_file_is_written_only_when_something_changed() {
        let folder = Folder::new("quiet");
        let (world, mut keeper) = (demo(), folder.keeper());
        keeper.write(&world).unwrap();
        fs::remove_file(&keeper.file).unwrap();
        let look = Request::get("/world").body(Vec::new()).unwrap();
        world.lock().unwrap().answer(noon(), Site::Control, look);
        keeper.write(&world).unwrap();
        assert!(!keeper.file.exists(), "a look changes nothing");
        add_account(&world, "New");
        keeper.write(&world).unwrap();
        assert!(keeper.file.exists());
    }

    #[test]
    fn a_broken_file_is_refused_and_left_as_it_is() {
        let folder = Folder::new("broken");
        let keeper = folder.keeper();
        for broken in ["{\"format\": ", "{}", "{\"format\": \"calbridge-standin 1\"}"] {
            fs::write(&keeper.file, broken).unwrap();
            let refusal = keeper.read(Arc::default(), noon()).expect_err("a refusal").to_string();
            assert!(refusal.contains("world.json") && refusal.contains("Move it away"), "{refusal}");
            assert_eq!(fs::read_to_string(&keeper.file).unwrap(), broken);
        }
    }

    #[tokio::test]
    async fn what_changed_is_written_when_the_process_ends() {
        let folder = Folder::new("end");
        let world = Arc::new(demo());
        add_account(&world, "Last");
        folder.keeper().follow(Arc::clone(&world), async { Ok(()) }).await.unwrap();
        let kept = folder.keeper().read(Arc::default(), noon()).unwrap().unwrap();
        assert_eq!(kept.dump(), world.lock().unwrap().dump());
    }
}
