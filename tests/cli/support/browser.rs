//! A real browser without a window, where the machine has one.

use crate::support::Clinic;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Measures the page once it is drawn, and writes what is wrong with it into its title.
const MEASURE: &str = "<script>
const wrong = [];
const root = document.documentElement;
if (root.scrollWidth > root.clientWidth) wrong.push('wider than the window');
if (performance.getEntriesByType('resource').length) wrong.push('loads something');
const boxes = [...document.querySelectorAll('svg text')].map(text => ({ text: text.textContent, box: text.getBBox() }));
const view = document.querySelector('svg')?.viewBox.baseVal;
for (const { text, box } of boxes)
  if (box.x < 0 || box.y < 0 || box.x + box.width > view.width || box.y + box.height > view.height) wrong.push('cut: ' + text);
boxes.forEach((one, n) => boxes.slice(n + 1).forEach(other => {
  const apart = (a, b) => a.x + a.width <= b.x + 0.5 || a.y + a.height <= b.y + 0.5;
  if (!apart(one.box, other.box) && !apart(other.box, one.box)) wrong.push('overlap: ' + one.text + ' / ' + other.text);
}));
document.title = 'looked at: ' + (wrong.join('; ') || 'good');
</script></body>";

/// The browser that `TURNO_TEST_BROWSER` names, else one of the path; none is no failure.
#[expect(clippy::disallowed_macros, reason = "a test that looks at less than it could says so")]
pub fn browser() -> Option<PathBuf> {
    if let Some(named) = std::env::var_os("TURNO_TEST_BROWSER") {
        return Some(named.into());
    }
    let folders: Vec<PathBuf> = std::env::split_paths(&std::env::var_os("PATH")?).collect();
    let names = ["chromium", "chromium-browser", "google-chrome", "chrome-headless-shell"];
    let found = names.iter().flat_map(|name| folders.iter().map(move |folder| folder.join(name)));
    let found = found.into_iter().find(|path| path.is_file());
    if found.is_none() {
        eprintln!("skipped: this machine has no browser to look at the page with");
    }
    found
}

fn run(browser: &Path, clinic: &Clinic, options: &[&str], page: &Path) -> Vec<u8> {
    let profile = OsString::from(format!("--user-data-dir={}", clinic.home().join("browser").display()));
    let mut command = Command::new(browser);
    command.args(["--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-extensions"]);
    command.arg(profile).args(options).arg(format!("file://{}", page.display())).current_dir(clinic.home());
    let output = command.output().expect("the browser runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    output.stdout
}

/// What is wrong with the page as a browser draws it; `good` if nothing is.
pub fn looked_at(browser: &Path, clinic: &Clinic, page: &str) -> String {
    let measured = clinic.file("measured.html", page.replace("</body>", MEASURE));
    let dom = String::from_utf8(run(browser, clinic, &["--dump-dom"], &measured)).expect("a page of text");
    let title = dom.split("<title>looked at: ").nth(1).and_then(|rest| rest.split("</title>").next());
    title.unwrap_or_else(|| panic!("it was not measured: {dom}")).to_owned()
}

/// The number of sheets of paper that a browser prints the page on.
pub fn sheets(browser: &Path, clinic: &Clinic, page: &Path) -> usize {
    let pdf = clinic.home().join("page.pdf");
    let to = format!("--print-to-pdf={}", pdf.display());
    run(browser, clinic, &[&to, "--no-pdf-header-footer"], page);
    let pdf = std::fs::read(pdf).expect("it was printed");
    let text = String::from_utf8_lossy(&pdf).into_owned();
    text.matches("/Type /Page\n").count().max(text.matches("/Type/Page\n").count())
}
