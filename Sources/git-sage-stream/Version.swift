/// What `--version` says; CHANGELOG.md has what changed.
let version = "0.1.0"
