//! The writer's editor. Comes in: what the writer wishes for, and a line of one of the site's own files. Goes out: the editor,
//! opened at that line. It is never started through a shell, and never with a path that a request made up.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use super::path;
use crate::address;
use crate::source;

/// By what the writer's editor is found.
#[derive(Debug, Clone, Default)]
pub struct Wishes {
    /// The command of `--editor`.
    pub command: Option<String>,
    /// What `$VISUAL` and `$EDITOR` say, in this order.
    pub usual: Vec<String>,
    /// The folders in which programs are found.
    pub path: Vec<PathBuf>,
}

/// An editor that was found: a program, and its arguments with `{file}`, `{line}` and `{column}` in them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Editor {
    program: PathBuf,
    arguments: Vec<String>,
}

/// A line of a file of the site's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Target {
    /// The file, relative to the site's root.
    pub file: String,
    line: u32,
    column: u32,
}

/// Editors with a window of their own, the one that is preferred first, and how each is told a line.
const GRAPHICAL: &[(&[&str], &[&str])] = &[
    (
        &["code", "code-insiders", "codium", "vscodium", "cursor", "windsurf", "positron"],
        &["-g", "{file}:{line}:{column}"],
    ),
    (&["zed", "zeditor", "zedit"], &["{file}:{line}:{column}"]),
    (&["subl", "sublime_text"], &["{file}:{line}:{column}"]),
    (
        &["idea", "webstorm", "pycharm", "phpstorm", "rustrover", "goland", "clion", "rubymine", "rider"],
        &["--line", "{line}", "{file}"],
    ),
    (&["kate", "geany", "mousepad"], &["--line", "{line}", "--column", "{column}", "{file}"]),
    (&["gedit", "pluma", "xed"], &["+{line}:{column}", "{file}"]),
    (&["notepad++"], &["-n{line}", "-c{column}", "{file}"]),
    (&["mate"], &["-l", "{line}:{column}", "{file}"]),
    (&["bbedit"], &["+{line}", "{file}"]),
    (&["emacsclient"], &["-n", "+{line}:{column}", "{file}"]),
    (&["gvim", "mvim"], &["--remote-silent", "+{line}", "{file}"]),
];

/// Editors that need a terminal, which a browser has none of.
const IN_TERMINAL: [&str; 17] = [
    "vi", "vim", "nvim", "neovim", "view", "nano", "pico", "micro", "hx", "helix", "kak", "joe", "jed", "ne", "ed",
    "mcedit", "emacs",
];

/// Where Macs keep the commands of editors that are on no path.
const OF_MACS: [&str; 3] = [
    "/Applications/Visual Studio Code.app/Contents/Resources/app/bin",
    "/Applications/Zed.app/Contents/MacOS",
    "/Applications/Sublime Text.app/Contents/SharedSupport/bin",
];

/// What to do where no editor can be opened.
const ADVICE: &str = "Start `brink serve` with `--editor \"COMMAND {file} {line}\"`, or install one that Brink knows, such as \
    VS Code, Zed, Sublime Text, Kate or gedit.";

impl Wishes {
    /// The writer's editor; else why there is none, in words for them.
    pub(super) fn editor(&self) -> Result<Editor, String> {
        if let Some(command) = &self.command {
            return self.commanded(command);
        }
        if let Some(editor) = self.usual.iter().find_map(|command| self.known(command)) {
            return Ok(editor);
        }
        let known = GRAPHICAL.iter().flat_map(|(names, arguments)| names.iter().map(move |name| (name, arguments)));
        let mut found = known.filter_map(|(name, arguments)| Some((self.program(name)?, arguments)));
        if let Some((program, arguments)) = found.next() {
            return Ok(Editor { program, arguments: arguments.iter().map(|text| (*text).to_owned()).collect() });
        }
        let in_terminal = self.usual.iter().filter_map(|command| words(command).into_iter().next());
        Err(match in_terminal.map(|word| name_of(&word)).find(|name| IN_TERMINAL.contains(&name.as_str())) {
            Some(name) => {
                format!("Your editor, `{name}`, runs in a terminal, and a browser has none to open it in. {ADVICE}")
            }
            None => format!("No editor was found that can be opened from here. {ADVICE}"),
        })
    }

    /// The editor of a command that the writer gave for this. One without places gets those of its kind, else the file.
    fn commanded(&self, command: &str) -> Result<Editor, String> {
        let mut words = words(command).into_iter();
        let Some(first) = words.next() else { return Err(format!("`--editor` is empty. {ADVICE}")) };
        let name = name_of(&first);
        let mut arguments: Vec<String> = words.collect();
        let is_told = arguments.iter().any(|argument| argument.contains("{file}"));
        if !is_told && is_in_terminal(&name, &arguments) {
            return Err(format!("`{name}` runs in a terminal, and a browser has none to open it in. {ADVICE}"));
        }
        if !is_told {
            let of_kind = arguments_of(&name).unwrap_or(&["{file}"]);
            arguments.extend(of_kind.iter().map(|text| (*text).to_owned()));
        }
        let program =
            self.program(&first).ok_or_else(|| format!("The program `{first}` of `--editor` was not found."))?;
        Ok(Editor { program, arguments })
    }

    /// The editor that a command of the environment names, where it is known to have a window.
    fn known(&self, command: &str) -> Option<Editor> {
        let mut words = words(command).into_iter();
        let first = words.next()?;
        let mut arguments: Vec<String> = words.collect();
        let name = name_of(&first);
        if is_in_terminal(&name, &arguments) {
            return None;
        }
        arguments.extend(arguments_of(&name)?.iter().map(|text| (*text).to_owned()));
        Some(Editor { program: self.program(&first)?, arguments })
    }

    /// The file of a program.
    fn program(&self, name: &str) -> Option<PathBuf> {
        const ENDINGS: &[&str] = if cfg!(windows) { &[".exe", ".cmd", ".bat", "64.exe"] } else { &[""] };
        if name.contains(['/', '\\']) {
            return Some(PathBuf::from(name)).filter(|path| source::exists(path));
        }
        let of_macs = OF_MACS.iter().filter(|_| cfg!(target_os = "macos")).map(Path::new);
        let folders = self.path.iter().map(PathBuf::as_path).chain(of_macs).filter(|folder| folder.is_absolute());
        let files = folders.flat_map(|folder| ENDINGS.iter().map(move |ending| folder.join(format!("{name}{ending}"))));
        files.into_iter().find(|file| source::exists(file))
    }
}

/// The name of a program: without folders and the ending that some systems need.
fn name_of(word: &str) -> String {
    let name = word.rsplit(['/', '\\']).next().unwrap_or_default().to_lowercase();
    let bare = [".exe", ".cmd", ".bat"].iter().find_map(|ending| name.strip_suffix(ending));
    bare.unwrap_or(&name).to_owned()
}

fn arguments_of(name: &str) -> Option<&'static [&'static str]> {
    GRAPHICAL.iter().find(|(names, _)| names.contains(&name)).map(|(_, arguments)| *arguments)
}

fn is_in_terminal(name: &str, arguments: &[String]) -> bool {
    let asks_for_one = ["-t", "-nw", "--tty", "--no-window-system"];
    let is_emacs = name.starts_with("emacs");
    IN_TERMINAL.contains(&name) || (is_emacs && arguments.iter().any(|word| asks_for_one.contains(&word.as_str())))
}

/// The words of a command, as most shells part them: at spaces, except between quotation marks. Nothing else has a meaning.
fn words(command: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut word: Option<String> = None;
    let mut quote: Option<char> = None;
    for c in command.chars() {
        match quote {
            Some(open) if c == open => quote = None,
            None if c == '"' || c == '\'' => {
                quote = Some(c);
                word.get_or_insert_default();
            }
            None if c.is_whitespace() => words.extend(word.take()),
            _ => word.get_or_insert_default().push(c),
        }
    }
    words.extend(word);
    words
}

impl Target {
    /// The line that a query names: `file`, `line` and `column`, each at most once. What is wrong with it, else.
    pub(super) fn of(query: &str) -> Result<Target, &'static str> {
        let (mut file, mut line, mut column) = (None, None, None);
        for pair in query.split('&').filter(|pair| !pair.is_empty()) {
            let (name, value) = pair.split_once('=').ok_or("The request is not whole.")?;
            let value = path::value(value);
            let number = || value.parse::<u32>().ok().filter(|number| (1..10_000_000).contains(number));
            let is_new = match name {
                "file" => file.replace(value).is_none(),
                "line" => line.replace(number().ok_or("The line is no number.")?).is_none(),
                "column" => column.replace(number().ok_or("The column is no number.")?).is_none(),
                _ => false,
            };
            if !is_new {
                return Err("The request names something twice, or something unknown.");
            }
        }
        let file = file.ok_or("The request names no file.")?;
        Ok(Target { file, line: line.unwrap_or(1), column: column.unwrap_or(1) })
    }
}

/// Whether a file of the site's is text that a writer edits.
pub(super) fn is_editable(file: &str) -> bool {
    const ENDINGS: [&str; 15] = [
        "md", "markdown", "toml", "yaml", "yml", "json", "csv", "txt", "html", "htm", "xml", "css", "js", "mjs", "svg",
    ];
    let ending = address::name_of(file).rsplit_once('.').map_or("", |(_, ending)| ending);
    ENDINGS.iter().any(|known| ending.eq_ignore_ascii_case(known))
}

impl Editor {
    /// The arguments with which a line is opened.
    fn arguments(&self, path: &Path, target: &Target) -> Vec<String> {
        let path = path.to_string_lossy();
        let (line, column) = (target.line.to_string(), target.column.to_string());
        let filled = |argument: &String| {
            // The path comes last, since it may itself hold what looks like a place.
            argument.replace("{line}", &line).replace("{column}", &column).replace("{file}", &path)
        };
        self.arguments.iter().map(filled).collect()
    }

    /// Opens a line of a file of the site's. What to tell the writer, in either case.
    pub(super) fn open(&self, root: &Path, target: &Target) -> Result<String, String> {
        let path = std::path::absolute(root.join(&target.file)).map_err(|error| error.to_string())?;
        let mut command = Command::new(&self.program);
        command.args(self.arguments(&path, target)).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        let name = name_of(&self.program.to_string_lossy());
        let mut child = command.spawn().map_err(|error| format!("`{name}` could not be started: {error}. {ADVICE}"))?;
        // Somebody has to wait for it, or its entry stays with the system.
        std::thread::spawn(move || drop(child.wait()));
        Ok(format!("{}:{} is being opened in {name}.", target.file, target.line))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wishes(command: Option<&str>, usual: &[&str]) -> (tempfile::TempDir, Wishes) {
        let folder = tempfile::tempdir().unwrap();
        for name in ["kate", "code", "emacsclient", "odd"] {
            let file = folder.path().join(if cfg!(windows) { format!("{name}.exe") } else { name.to_owned() });
            #[expect(clippy::disallowed_methods, reason = "a test makes the programs that it looks for")]
            std::fs::write(file, "").unwrap();
        }
        let usual = usual.iter().map(|text| (*text).to_owned()).collect();
        let wishes = Wishes { command: command.map(str::to_owned), usual, path: vec![folder.path().to_owned()] };
        (folder, wishes)
    }

    /// The program and its arguments for line 12, column 3 of `/s/a b.md`.
    fn opened(command: Option<&str>, usual: &[&str]) -> String {
        let (_folder, wishes) = wishes(command, usual);
        let target = Target::of("file=content/a%20b.md&line=12&column=3").unwrap();
        match wishes.editor() {
            Ok(editor) => {
                let arguments = editor.arguments(Path::new("/s/a b.md"), &target).join("|");
                format!("{} {arguments}", name_of(&editor.program.to_string_lossy()))
            }
            Err(what) => what,
        }
    }

    #[test]
    fn each_editor_is_told_the_line_in_its_own_way() {
        assert_eq!(opened(None, &[]), "code -g|/s/a b.md:12:3");
        assert_eq!(opened(None, &["kate", "code"]), "kate --line|12|--column|3|/s/a b.md");
        assert_eq!(opened(None, &["code --wait"]), "code --wait|-g|/s/a b.md:12:3");
        assert_eq!(opened(None, &["vim", "emacsclient"]), "emacsclient -n|+12:3|/s/a b.md");
        assert_eq!(opened(None, &["emacsclient -t"]), "code -g|/s/a b.md:12:3");
        assert_eq!(opened(Some("odd"), &["kate"]), "odd /s/a b.md");
        assert_eq!(opened(Some("odd '-x y' {file} at={line}.{column}"), &[]), "odd -x y|/s/a b.md|at=12.3");
        assert_eq!(opened(Some("odd; rm -rf {file}"), &[]), "The program `odd;` of `--editor` was not found.");
    }

    #[test]
    fn a_terminal_cannot_be_opened_from_a_browser() {
        assert!(opened(Some("vim"), &[]).starts_with("`vim` runs in a terminal"));
        let none = Wishes { usual: vec!["/usr/bin/nano -w".to_owned()], ..Wishes::default() };
        assert!(none.editor().unwrap_err().starts_with("Your editor, `nano`, runs in a terminal"));
        assert!(Wishes::default().editor().unwrap_err().starts_with("No editor was found"));
    }

    #[test]
    fn a_request_names_a_line_and_nothing_else() {
        for wrong in ["", "line=3", "file=a&file=b", "file=a&line=0", "file=a&line=-g", "file=a&line=1&x=2", "file"] {
            assert!(Target::of(wrong).is_err(), "{wrong}");
        }
        let target = Target::of("file=content/%2e%2e/a.md").unwrap();
        assert_eq!((target.file.as_str(), target.line), ("content/../a.md", 1));
        assert!(is_editable("content/a.MD") && !is_editable("static/a.png") && !is_editable("content/md"));
    }
}
